"""What does a terminal sign, and does a movement's signature hold?

The form is published in docs/signing.md: Ed25519 over a line that says what is signed, and the
movement in canonical JSON (RFC 8785) without its `signature`. So it holds for what was said,
however it is spaced, and for nothing that a key may sign elsewhere.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import Any

import rfc8785
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from custody import codes
from custody.codes import base64url

PURPOSE = b"custody-movement/v1\n"

KEYS_REMEMBERED_MAX = 100_000
"""Public keys of which a process remembers that they are sound: to find out takes milliseconds."""


def message(movement: Mapping[str, Any]) -> bytes:
    """Return the bytes that are signed.

    Raises ValueError for what canonical JSON cannot say: an integer beyond 2^53 - 1, NaN.
    """
    said = {name: value for name, value in movement.items() if name != "signature"}
    return PURPOSE + rfc8785.dumps(said)


def sign(movement: Mapping[str, Any], key: Ed25519PrivateKey) -> str:
    """Return the `signature` of a movement: 64 bytes in base64url. Raises ValueError."""
    return base64url.encode(key.sign(message(movement)))


def public_key(key: Ed25519PrivateKey) -> str:
    """Return the `public_key` to register for who signs with a key."""
    return base64url.encode(key.public_key().public_bytes_raw())


@lru_cache(maxsize=KEYS_REMEMBERED_MAX)
def sound_key(text: str) -> Ed25519PublicKey | None:
    """Return the key that a registered `public_key` spells; None if it vouches for nothing.

    Registering refuses such keys, but a registration is read for ever, however old it is.
    """
    try:
        return Ed25519PublicKey.from_public_bytes(codes.public_key(text))
    except codes.CodeError:
        return None


def verify(movement: Mapping[str, Any], key: Ed25519PublicKey) -> bool:
    """Tell whether a movement bears a signature that holds under a key."""
    try:
        key.verify(base64url.decode(movement["signature"]), message(movement))
    except (KeyError, TypeError, ValueError, InvalidSignature):
        return False
    return True
