"""Where does the next page of events begin? A token tells, to any process, after any restart.

All pages tell one moment: what is captured meanwhile is not on them, and moves nothing on them.
"""

import binascii
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final, NamedTuple
from urllib.parse import urlencode

import orjson
from starlette.requests import Request

from custody.api.desk import at_hand
from custody.api.epcis.spoken import parameter, refused_parameter
from custody.events.vocabulary import INTEGER_MAX
from custody.terms import DAY, FieldError, Millis, Position, Refused, rfc3339

PER_PAGE: Final = 30
PER_PAGE_MAX: Final = 1_000
"""Events or names a page."""

TOKEN_S: Final = 86_400
"""Seconds that a page's token is good for."""

TOKEN_MAX: Final = 6_000
"""Characters of a token: it may tell a text by which events are in order."""

AT_LEAST: Final = parameter(
    "at_least", schema={"type": "integer"}, about="Wait for this position. 等待位置。"
)

SIZES: Final = f"1 to {PER_PAGE_MAX}; {PER_PAGE}, unless it is said. 每页条数。"

PAGED: Final = (
    parameter("perPage", schema={"type": "integer"}, about=SIZES),
    parameter("nextPageToken", about="From the Link of the page before. 取自上一页的 Link。"),
)

TURNING: Final = ("perPage", "nextPageToken")
OF_THE_PAGE: Final = (*TURNING, "at_least")


@dataclass(frozen=True, slots=True)
class Page:
    """Which page is asked for: how long, as of which position, and behind what."""

    size: int
    until: Position | None = None
    after: Any = None
    left: int | None = None
    """How many are still to come of those that were asked for."""


class Token(NamedTuple):
    """What a page's token tells: all there is to know of the page."""

    of: str
    """The list that it is of."""
    expires: Millis
    until: Position
    after: Any
    left: int | None


def asked_for(request: Request, filters: Mapping[str, Any]) -> Page:
    """Read which page is asked for. Raises Refused for a token of another list, or an old one."""
    for name in OF_THE_PAGE:
        if len(request.query_params.getlist(name)) > 1:
            raise refused_parameter(name, "given_twice")
    size = _size(request.query_params.get("perPage"))
    token = request.query_params.get("nextPageToken")
    if token is None:
        return Page(size)
    told = read_token(token)
    if told.of != _list(request, filters) or at_hand(request).clock() > told.expires:
        raise invalid()
    return Page(size, told.until, told.after, told.left)


def read_token(text: str) -> Token:
    """Read the token of a page, of whatever list. Raises Refused for what is none of ours."""
    try:
        told = orjson.loads(urlsafe_b64decode(text[:TOKEN_MAX] + "=" * (-len(text) % 4)))
    except (binascii.Error, ValueError):
        raise invalid() from None
    match told:
        case [str(list_), int(expires), int(until), after, left] if 0 <= until <= INTEGER_MAX and (
            left is None or (isinstance(left, int) and left >= 1)
        ):
            return Token(list_, expires, until, after, left)
    raise invalid()


def further(
    request: Request, filters: Mapping[str, Any], until: Position, after: Any, left: int | None
) -> dict[str, str]:
    """Return the headers that lead to the page behind this one."""
    expires: Millis = at_hand(request).clock() + TOKEN_S * (DAY // 86_400)
    told = [_list(request, filters), expires, until, after, left]
    token = urlsafe_b64encode(orjson.dumps(told)).decode().rstrip("=")
    kept = [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in ("nextPageToken", "at_least")
    ]
    path = request.scope["raw_path"].decode("ascii")
    query = urlencode([*kept, ("nextPageToken", token)])
    return {
        "Link": f'<{path}?{query}>; rel="next"',
        "GS1-Next-Page-Token-Expires": rfc3339(expires),
    }


def _size(text: str | None) -> int:
    if text is None:
        return PER_PAGE
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= PER_PAGE_MAX:
        raise refused_parameter("perPage", "epcis_not_a_count", bound=PER_PAGE_MAX)
    return int(text)


def _list(request: Request, filters: Mapping[str, Any]) -> str:
    """Name a list by its path and what is asked of it, whatever the page and its size."""
    of_it = {name: value for name, value in filters.items() if name not in OF_THE_PAGE}
    asked = [request.url.path, sorted(of_it.items())]
    return sha256(orjson.dumps(asked)).hexdigest()[:16]


def invalid() -> Refused:
    """Return the refusal of a token."""
    return Refused("epcis_token_invalid", FieldError("/nextPageToken", "cursor_invalid"))
