"""Which numbers may a site print, or give its terminals, before they are used?"""

from typing import Annotated, Any

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Subject
from custody.api import answers, bodies, cursors
from custody.api.answers import Answer
from custody.api.auth import asks
from custody.api.desk import Desk, at_hand
from custody.api.parameters import Cursor, Limit, Projected
from custody.api.reach import may_at, may_now, moment
from custody.api.routes import answer, page, problems, router
from custody.custodian import Issue
from custody.events.issuing import BookKind, BookWanted, NumbersWanted
from custody.events.vocabulary import MovementId, SiteId
from custody.projections import number_books
from custody.projections.tables import Row
from custody.terms import Refused

routes = router("number books")

AS_KEPT = ("id", "kind", "site", "terminal", "day", "count")


class NumberBook(Answer):
    """A book of numbers that a site was given."""

    id: str
    kind: BookKind
    site: str
    terminal: str | None
    day: str
    count: int
    first: str
    last: str


class NumberBookGiven(NumberBook):
    """A book of numbers, written out."""

    codes: list[str]
    position: int


WANTED = {
    "requestBody": {
        "required": True,
        "content": {bodies.JSON: {"schema": BookWanted.model_json_schema()}},
    }
}


@routes.put(
    "/v1/number-books/{id}",
    response_model=NumberBookGiven,
    responses={
        201: {"model": NumberBookGiven, "description": "Given out now"},
        **problems(400, "id_reused", "numbers_exhausted", 413, 415),
    },
    openapi_extra=WANTED,
)
async def issue_numbers(
    request: Request,
    asker: Annotated[Subject, asks("issue_numbers")],
    id: MovementId,  # noqa: A002
) -> Response:
    """Give out a book of tags, or of consignment numbers, that nobody else gets.

    The id is the asker's own: asked again after a dropped connection, it gives the same book.
    """
    body = BookWanted.model_validate_json(await bodies.read_json(request))
    wanted = NumbersWanted(id=id, **body.model_dump())
    issue = await run_in_threadpool(_given, at_hand(request), wanted, asker)
    book, written = issue.book, issue.book.codes()
    told = {
        **{name: getattr(book, name) for name in AS_KEPT},
        "first": written[0],
        "last": written[-1],
        "codes": written,
        "position": issue.position,
    }
    return answer(request, told, issue.position, 200 if issue.again else 201)


@routes.get("/v1/number-books", response_model=answers.Page[NumberBook])
def list_number_books(
    request: Request,
    asker: Annotated[Subject, asks("list_number_books")],
    _: Projected,
    site: SiteId | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List a site's books of numbers by id; asked for again by its id, a book is written out."""
    after = cursors.read(request, cursor)
    with moment(request, asker) as (connection, position):
        may_at(connection, asker, "list_number_books", site)
        rows = number_books.listing(
            connection, site=site, scope=asker.scope, after=after, limit=limit + 1
        )
    return page(request, rows, limit, position, _told, lambda row: row["id"])


def _told(row: Row) -> dict[str, Any]:
    return {
        **{name: row[name] for name in AS_KEPT if name != "count"},
        "count": row["pieces"],
        "first": row["first_code"],
        "last": row["last_code"],
    }


def _given(desk: Desk, wanted: NumbersWanted, asker: Subject) -> Issue:
    may_now(desk, asker, "issue_numbers", wanted.site)
    try:
        return desk.custodian.issue(wanted, asker.id)
    except Refused as refused:
        if refused.errors:  # whom nobody registered is a fault of the field; the path is right
            raise Refused("invalid_fields", *refused.errors) from refused
        raise
