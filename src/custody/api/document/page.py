"""What does a browser show of the interface? A page drawn with what lies here, offline too."""

from functools import cache
from pathlib import Path

from starlette.requests import Request
from starlette.responses import Response

from custody.api.document.keeping import Kept, kept, served
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


def page() -> Response:
    """Return the page itself."""
    content = _file("page.html").content
    headers = {"Content-Security-Policy": POLICY}
    return Response(content, headers=headers, media_type="text/html; charset=utf-8")


def file(name: str, request: Request) -> Response:
    """Return a file that the page names. Raises Refused if it names none such."""
    if name not in FILES:
        raise Refused("not_found")
    return served(_file(name), FILES[name], request)


@cache
def _file(name: str) -> Kept:
    return kept((FOLDER / name).read_bytes())
