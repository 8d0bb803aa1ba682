"""How does somebody fetch a file without showing a key? By a link that was signed, for a while."""

import hmac
from typing import Final

from custody.codes.base64url import encode
from custody.terms import MINUTE, Millis

LINK: Final[Millis] = 15 * MINUTE
"""How long a link is good; each look at the job gives a new one."""


def path(id_: str) -> str:
    """Return where a job's file is fetched."""
    return f"/v1/exports/{id_}/file"


def signed(secret: bytes, id_: str, expires_s: int) -> str:
    """Sign a path and until when it is good."""
    said = f"{path(id_)}\n{expires_s}".encode()
    return encode(hmac.digest(secret, said, "sha256"))


def is_signed(secret: bytes, id_: str, expires_s: int, signature: str) -> bool:
    """Tell whether we have signed it."""
    right = signed(secret, id_, expires_s)
    return hmac.compare_digest(right.encode(), signature.encode())


def until(now: Millis, file_expires_at: Millis) -> int:
    """Return until when a link made now is good, in seconds: never longer than the file is kept."""
    return min(now + LINK, file_expires_at) // 1000
