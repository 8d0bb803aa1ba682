"""What does a site's book say, as JSON, CSV or a workbook?"""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from typing import Annotated, Any, Literal
from urllib.parse import quote

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from custody import books
from custody.access import Scope, Subject
from custody.api import asking, bodies, reach
from custody.api.asking import Edge, Page
from custody.api.auth import asks
from custody.api.desk import Desk, at_hand
from custody.api.ledger_answers import LEDGERS
from custody.api.parameters import Cursor, Limit, Moment, Projected
from custody.api.routes import problems, router
from custody.api.weighing import weighed
from custody.books import Book, Sources, as_csv, as_xlsx
from custody.books.asking import date, day
from custody.books.book import ROWS_MAX
from custody.books.writing import values
from custody.events.vocabulary import SiteId
from custody.exporting.wanted import BookName
from custody.projections.freshness import snapshot
from custody.terms import FieldError, Position, Refused

routes = router("ledgers")

CSV = "text/csv"
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
Format = Literal["json", "csv", "xlsx"]
FORMATS: dict[str, Format] = {bodies.JSON: "json", CSV: "csv", XLSX: "xlsx"}
FILES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            CSV: {"schema": {"type": "string"}},
            XLSX: {"schema": {"type": "string", "format": "binary"}},
        }
    },
    **problems("book_too_long"),
}


@routes.get(
    "/v1/sites/{site}/ledger",
    response_model=LEDGERS,
    responses={**problems(404), **FILES},
)
def tell_ledger(
    request: Request,
    asker: Annotated[Subject, asks("read_books")],
    site: SiteId,
    _: Projected,
    from_: Annotated[Edge | None, Query(alias="from")] = None,
    to: Edge | None = None,
    book: BookName = "stock",
    known_at: Moment | None = None,
    format_: Annotated[Format | None, Query(alias="format")] = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Tell one of a site's books: this month's, or that of a stretch of time.

    As a page of JSON, or whole as CSV or a workbook, by Accept or `?format=`. `book=all` is a
    workbook with a sheet each. `known_at`: as it was known at that moment.
    """
    form = format_ or _accepted(request.headers.get("accept", ""))
    if book == "all" and form != "xlsx":
        expected = ", ".join(books.BY_NAME)
        raise Refused(
            "invalid_parameters", FieldError("/book", "not_in_list", {"expected": expected})
        )
    chosen = list(books.ALL) if book == "all" else [books.BY_NAME[book]]

    def read(sources: Sources, position: Position) -> Response:
        page = asking.page_of(request, position, site, (from_, to), known_at, cursor)
        if form == "json":
            return _page(request, sources, page, chosen[0], limit)
        for one in chosen:
            rows = one.size(sources, page.asked)
            if rows > ROWS_MAX:
                raise Refused("book_too_long", rows=rows, max=ROWS_MAX)
        seen = reach.guarded(at_hand(request), asker)
        return _file(request, page, chosen, (book, form), seen)

    response: Response = asking.read_at_one_moment(request, asker, site, read)
    response.headers["Vary"] = "Accept"
    return response


def _page(request: Request, sources: Sources, page: Page, book: Book, limit: int) -> Response:
    lines = book.lines(sources, page.asked, page.after, limit + 1)
    told = {
        **asking.told(page),
        "book": book.name,
        "items": [values(book.columns, line.row) for line in lines[:limit]],
        "totals": book.totals(sources, page.asked),
    }
    more = lines[limit - 1].place if len(lines) > limit else None
    return asking.paged(request, page, told, more)


def _file(
    request: Request, page: Page, chosen: list[Book], named: tuple[str, Format], seen: Scope
) -> StreamingResponse:
    desk = at_hand(request)
    name, form = named
    asked = page.asked
    opening = partial(_opened, desk, seen)
    if form == "csv":
        chunks, media_type = as_csv.chunks(chosen[0], opening, asked), CSV
    else:
        about = as_xlsx.about(asked, page.known_at)
        chunks, media_type = as_xlsx.chunks(chosen, opening, asked, about), XLSX
    desk.watermark.rise(asked.known)
    headers = {
        "Custody-Position": str(asked.known),
        "Content-Disposition": _disposition(page, chosen, name, form),
    }
    return StreamingResponse(chunks, 200, headers, media_type)


def _disposition(page: Page, chosen: list[Book], name: str, form: Format) -> str:
    asked = page.asked
    stretch = f"{date(day(asked.span.first))}_{date(day(asked.span.end - 1))}"
    title = chosen[0].zh if len(chosen) == 1 else "全部"
    plain = f"{asked.site}_{name}_{stretch}.{form}"
    chinese = quote(f"台账_{asked.site}_{title}_{stretch}.{form}")
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{chinese}"


@contextmanager
def _opened(desk: Desk, seen: Scope) -> Iterator[Sources]:
    with snapshot(desk.engine, seen) as (connection, _):
        yield Sources(connection, desk.ledger)


def _accepted(accept: str) -> Format:
    """Choose by `Accept` with its weights; JSON unless a file is wanted more."""
    best: Format = "json"
    best_weight = 0.0
    for name, weight in weighed(accept):
        form = FORMATS.get(name)
        if form is not None and weight > best_weight:
            best, best_weight = form, weight
    return best
