"""How do bytes stand in JSON? As base64url without padding, in the one way of writing them."""

import re
from binascii import a2b_base64, b2a_base64

_WRITTEN = re.compile(r"[A-Za-z0-9_-]*")
_TO_URL = bytes.maketrans(b"+/", b"-_")
_FROM_URL = bytes.maketrans(b"-_", b"+/")


def encode(data: bytes) -> bytes:
    """Write bytes as ASCII."""
    return b2a_base64(data, newline=False).rstrip(b"=").translate(_TO_URL)


def decode(text: str) -> bytes:
    """Read bytes; ValueError for any text that `encode` would not have written."""
    if _WRITTEN.fullmatch(text) is None:
        raise ValueError("not base64url")
    padded = text.encode().translate(_FROM_URL) + b"=" * (-len(text) % 4)
    data = a2b_base64(padded, strict_mode=True)
    if encode(data).decode() != text:
        raise ValueError("not the one way of writing these bytes")
    return data
