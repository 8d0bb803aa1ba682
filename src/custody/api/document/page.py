"""What does a browser show of the interface? A page drawn with what lies here, offline too."""

from collections.abc import Callable, Mapping
from functools import cache
from gzip import compress
from hashlib import sha256
from pathlib import Path
from typing import Any, NamedTuple

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from custody.terms import Refused

FOLDER = Path(__file__).parent / "browser"
FILES = {
    "favicon-32x32.png": "image/png",
    "page.css": "text/css; charset=utf-8",
    "page.js": "text/javascript; charset=utf-8",
    "swagger-ui-bundle.js": "text/javascript; charset=utf-8",
    "swagger-ui.css": "text/css; charset=utf-8",
}
"""What the page names, and of which type each is; nothing else of the folder is served."""

POLICY = (
    "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'"
)
"""The page runs our files alone, and asks nobody but us. The library styles what it draws."""

KEPT = "private, no-cache"
"""A browser may keep a file, and asks each time whether it is still the same."""


class File(NamedTuple):
    """A file as it is served."""

    content: bytes
    deflated: bytes
    tag: str


def page() -> Response:
    """Return the page itself."""
    content = _file("page.html").content
    headers = {"Content-Security-Policy": POLICY}
    return Response(content, headers=headers, media_type="text/html; charset=utf-8")


def file(name: str, request: Request) -> Response:
    """Return a file that the page names. Raises Refused if it names none such."""
    if name not in FILES:
        raise Refused("not_found")
    return _served(_file(name), FILES[name], request)


def written_once(document: Callable[[], dict[str, Any]]) -> Callable[[Request], Response]:
    """Return what serves a document, which is written and kept as bytes when it is first asked for.

    It stays what it is for as long as the service runs.
    """

    @cache
    def kept() -> File:
        return _kept(bytes(JSONResponse(document()).body))

    return lambda request: _served(kept(), JSONResponse.media_type, request)


def _served(kept: File, media_type: str | None, request: Request) -> Response:
    headers = {"ETag": kept.tag, "Cache-Control": KEPT, "Vary": "Accept-Encoding"}
    if request.headers.get("if-none-match") == kept.tag:
        return Response(status_code=304, headers=headers)
    content = kept.content
    if _takes_gzip(request.headers):
        content, headers["Content-Encoding"] = kept.deflated, "gzip"
    return Response(content, headers=headers, media_type=media_type)


@cache
def _file(name: str) -> File:
    return _kept((FOLDER / name).read_bytes())


def _kept(content: bytes) -> File:
    return File(content, compress(content, mtime=0), f'W/"{sha256(content).hexdigest()}"')


def _takes_gzip(headers: Mapping[str, str]) -> bool:
    taken = headers.get("accept-encoding", "").split(",")
    return any(one.strip().lower() == "gzip" for one in taken)
