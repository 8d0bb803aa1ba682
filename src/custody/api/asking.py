"""How is a stretch of a site's books asked for, page by page, so that all pages tell one moment?"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Annotated, Any

import orjson
from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Subject
from custody.api import cursors
from custody.api.desk import at_hand
from custody.api.parameters import instant
from custody.api.reach import may_at, moment
from custody.api.routes import answer, link
from custody.books import Asked, Sources, Span
from custody.books.asking import DAYS_MAX, known, span
from custody.events.vocabulary import INTEGER_MAX
from custody.projections import registry
from custody.terms import DAY, FieldError, Millis, Position, Refused, rfc3339

Edge = Annotated[
    str,
    Query(
        max_length=40,
        description=(
            "A day (2026-03-01), a month (2026-03) or an instant; days are Asia/Shanghai. "
            "日、月或时刻，按北京时间。"
        ),
    ),
]


@dataclass(frozen=True, slots=True)
class Page:
    """What is asked of a book, and where its page begins."""

    asked: Asked
    after: str | None
    known_at: str | None


def page_of(
    request: Request,
    position: Position,
    site: str,
    edges: tuple[str | None, str | None],
    known_at: str | None,
    cursor: str | None,
) -> Page:
    """Read what is asked. A cursor keeps to the stretch and the moment of the first page."""
    desk = at_hand(request)
    told = None if known_at is None else instant(known_at)
    now = desk.clock() if told is None else told
    begun = cursors.read(request, cursor)
    if begun is None:
        until = known(desk.ledger, position, told)
        return Page(Asked(site, span(*edges, now), until, now), None, known_at)
    until, first, end, now, after = _kept(begun)
    return Page(Asked(site, Span(first, end), min(until, position), now), after, known_at)


def next_of(request: Request, page: Page, after: str) -> str:
    """Write the cursor behind a place."""
    asked = page.asked
    kept = [asked.known, asked.span.first, asked.span.end, asked.now, after]
    return cursors.written(request, orjson.dumps(kept).decode())


def told(page: Page) -> dict[str, Any]:
    """Say what was asked for."""
    asked = page.asked
    return {
        "site": asked.site,
        "from": rfc3339(asked.span.first),
        "to": rfc3339(asked.span.end),
        "known_at": page.known_at,
    }


def paged(request: Request, page: Page, body: dict[str, Any], after: str | None) -> Response:
    """Answer with a page, and point to the next one if there is one."""
    body["position"] = page.asked.known
    if after is None:
        return answer(request, body, page.asked.known)
    body["next"] = next_of(request, page, after)
    response = answer(request, body, page.asked.known)
    response.headers["Link"] = link(request, cursor=body["next"])
    return response


def read_at_one_moment(
    request: Request, asker: Subject, site: str, read: Callable[[Sources, Position], Any]
) -> Any:
    """Read a registered site's books at one moment of the projections, if the asker may."""
    desk = at_hand(request)
    with moment(request, asker) as (connection, position):
        may_at(connection, asker, "read_books", site)
        if registry.find(connection, f"site:{site}") is None:
            raise Refused("not_found")
        return read(Sources(connection, desk.ledger), position)


def _kept(text: str) -> tuple[Position, Millis, Millis, Millis, str]:
    try:
        match orjson.loads(text):
            case [int(until), int(first), int(end), int(now), str(after)] if (
                first < end <= first + DAYS_MAX * DAY and until >= 0 and end < INTEGER_MAX
            ):
                return until, first, end, now, after
    except ValueError:
        pass
    raise Refused("cursor_invalid", FieldError("/cursor", "cursor_invalid"))
