"""What was sent? The body's bytes, inflated, within their bounds, and of a type we read."""

import zlib
from collections.abc import Collection

from starlette.requests import Request

from custody.api import headers
from custody.api.slices import assert_read_alike
from custody.terms import Refused

BODY_BYTES_MAX = 4 * 1024 * 1024
MEMBERS_MAX = 16
"""Of a gzip file; each copies what stands behind it, so that many small ones would cost dearly."""

JSON = "application/json"
NDJSON = "application/x-ndjson"

CHECKED = "custody.body_check"
"""Where a signed request keeps what tells whether a body, as it was sent, is the one signed for."""

_GZIP = 16 + zlib.MAX_WBITS


def media_type(request: Request, accepted: Collection[str]) -> str:
    """Return the type of the body, one of those accepted; a body that names none is JSON."""
    name, _, parameters = headers.said(request, b"content-type", JSON).partition(";")
    name = name.strip().lower()
    key, _, charset = parameters.strip().lower().partition("=")
    if name not in accepted or (key == "charset" and charset.strip('"') not in ("utf-8", "utf8")):
        raise Refused("unsupported_media_type", accepted=", ".join(accepted))
    return name


async def read(request: Request) -> bytes:
    """Read the body; no more is ever held than one may send."""
    encoding = headers.said(request, b"content-encoding", "identity").strip().lower()
    if encoding not in ("identity", "gzip", ""):
        raise Refused("unsupported_media_type", accepted="Content-Encoding: gzip, identity")
    declared = headers.said(request, b"content-length")
    if declared.isdigit() and int(declared) > BODY_BYTES_MAX:
        raise _too_large()
    sent = await _received(request)
    check = request.scope.get(CHECKED)
    if check is not None and not check(sent):
        raise Refused("unauthenticated")
    return _inflated(sent) if encoding == "gzip" else sent


async def read_json(request: Request) -> bytes:
    """Read a body of JSON that any two readers read alike."""
    media_type(request, [JSON])
    body = await read(request)
    assert_read_alike(body)
    return body


async def _received(request: Request) -> bytes:
    parts = []
    length = 0
    async for part in request.stream():
        parts.append(part)
        length += len(part)
        if length > BODY_BYTES_MAX:
            raise _too_large()
    return b"".join(parts)


def _inflated(sent: bytes) -> bytes:
    """Inflate every member of a gzip file, and stop as soon as it is too much."""
    parts: list[bytes] = []
    left = BODY_BYTES_MAX
    for _ in range(MEMBERS_MAX):
        member = zlib.decompressobj(_GZIP)
        try:
            part = member.decompress(sent, left + 1)
        except zlib.error as error:
            raise Refused("invalid_encoding") from error
        left -= len(part)
        if left < 0:
            raise _too_large()
        if not member.eof:
            break
        parts.append(part)
        sent = member.unused_data
        if not sent:
            return b"".join(parts)
    raise Refused("invalid_encoding")


def _too_large() -> Refused:
    return Refused("too_large", bytes=BODY_BYTES_MAX)
