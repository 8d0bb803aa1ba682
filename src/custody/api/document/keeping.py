"""What does a browser keep of what it was given, and how does it ask whether that still holds?"""

from collections.abc import Callable, Mapping
from functools import cache
from gzip import compress
from hashlib import sha256
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

KEPT = "private, no-cache"
"""A browser may keep it, and asks each time whether it is still the same."""


class Kept(NamedTuple):
    """What is served, as it lies in memory."""

    content: bytes
    deflated: bytes
    tag: str


def kept(content: bytes) -> Kept:
    """Make of some bytes what is kept of them."""
    return Kept(content, compress(content, mtime=0), f'W/"{sha256(content).hexdigest()}"')


def served(one: Kept, media_type: str | None, request: Request) -> Response:
    """Answer with it, or that it is what the asker has."""
    headers = {"ETag": one.tag, "Cache-Control": KEPT, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == one.tag:
        return Response(status_code=304, headers=headers)
    content = one.content
    if _takes_gzip(request.headers):
        content, headers["Content-Encoding"] = one.deflated, "gzip"
    return Response(content, headers=headers, media_type=media_type)


def written_once(document: Callable[[], dict[str, Any]]) -> Callable[[Request], Response]:
    """Return what serves a document, which is written as bytes when it is first asked for.

    It stays what it is for as long as the service runs.
    """

    @cache
    def written() -> Kept:
        return kept(bytes(JSONResponse(document()).body))

    return lambda request: served(written(), JSONResponse.media_type, request)


def _takes_gzip(headers: Mapping[str, str]) -> bool:
    taken = headers.get("accept-encoding", "").split(",")
    return any(one.strip().lower() == "gzip" for one in taken)
