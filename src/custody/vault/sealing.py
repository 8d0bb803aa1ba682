"""How is something written down so that only the holder of a key can read or change it?

AES-256-GCM throughout: 12 random bytes, then what was sealed. Each seal names what it is for, so
that one cannot be put in the place of another.
"""

import os

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

KEY_BYTES = 32
NONCE_BYTES = 12


class Unreadable(Exception):
    """Sealed with another key or for another purpose, or altered since."""


def new_key() -> bytes:
    """Make a key that nobody can guess."""
    return os.urandom(KEY_BYTES)


def seal(key: bytes, content: bytes, purpose: str) -> bytes:
    """Seal content under a key, for one purpose."""
    nonce = os.urandom(NONCE_BYTES)
    return nonce + AESGCM(key).encrypt(nonce, content, purpose.encode())


def unseal(key: bytes, sealed: bytes, purpose: str) -> bytes:
    """Read what was sealed. Raises Unreadable unless key and purpose are the same."""
    try:
        return AESGCM(key).decrypt(sealed[:NONCE_BYTES], sealed[NONCE_BYTES:], purpose.encode())
    except (InvalidTag, ValueError) as error:
        raise Unreadable(purpose.partition("\n")[0]) from error
