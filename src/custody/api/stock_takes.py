"""Which stock-takes were there at a site, and did the shelf have what the book has?"""

from typing import Annotated, Any, Literal

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Subject
from custody.api import asking, cursors
from custody.api.answers import Answer, Page
from custody.api.answers import Moment as When
from custody.api.auth import asks
from custody.api.desk import at_hand
from custody.api.parameters import Cursor, Limit, Moment, Projected, instant
from custody.api.routes import answer, page, problems, router
from custody.books import Sources, takes
from custody.books.asking import known
from custody.books.behind import Behind
from custody.books.book import skipped
from custody.events import StockTaken, decode
from custody.events.vocabulary import Chemistry, Key, SiteId, StorageClass
from custody.ledger import Record
from custody.projections import entries
from custody.projections.tables import Row
from custody.terms import Position, Refused, rfc3339

routes = router("stock-takes")


Reader = Annotated[Subject, asks("read_books")]


class StockTake(Answer):
    """A stock-take in a list."""

    take: str
    begun_at: When
    ended_at: When
    movements: int


class DifferenceCause(Answer):
    """The movement that was recorded after the count, and made the difference or explained it."""

    movement: str
    type: str
    site: str
    occurred_at: When
    recorded_at: When
    position: int


class StockTakeDifference(Answer):
    """A battery on the book and not on the shelf, or the other way round."""

    battery: str
    at_counting: bool
    now: bool
    chemistry: Chemistry | None
    storage_class: StorageClass | None = Field(alias="class")
    mass_g: int | None
    because: DifferenceCause | None


class StockTakeStep(Answer):
    """A movement of a stock-take."""

    movement: str
    step: Literal["open", "count", "close"] | None
    occurred_at: When
    recorded_at: When
    operator: str | None
    scope: str | None
    counted: int
    position: int


class StockTakeDetail(Answer):
    """A stock-take against the book of the moment when the shelf was frozen."""

    site: str
    take: str
    frozen_at: When
    scopes: list[str]
    steps: list[StockTakeStep]
    counted: int
    on_book: int
    explained: int
    matched: list[str]
    missing: list[StockTakeDifference]
    surplus: list[StockTakeDifference]
    position: int


@routes.get("/v1/sites/{site}/stock-takes", response_model=Page[StockTake], responses=problems(404))
def list_stock_takes(
    request: Request,
    asker: Reader,
    site: SiteId,
    _: Projected,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the stock-takes of a site, the last one first."""
    begun = cursors.read(request, cursor)

    def read(sources: Sources, position: Position) -> Response:
        # The pages of a list tell of one moment: a stock-take that begins meanwhile moves none.
        until, _, skip = (begun or f"{position}.0").partition(".")
        first = skipped(skip)
        until_ = min(position, skipped(until))
        rows = entries.takes(sources.connection, site, known=until_, skip=first, limit=limit + 1)
        shown = len(rows[:limit])
        return page(request, rows, limit, until_, _listed, lambda _row: f"{until_}.{first + shown}")

    response: Response = asking.read_at_one_moment(request, asker, site, read)
    return response


@routes.get(
    "/v1/sites/{site}/stock-takes/{take:path}",
    response_model=StockTakeDetail,
    responses=problems(404),
)
def find_stock_take(
    request: Request,
    asker: Reader,
    site: SiteId,
    take: Key,
    _: Projected,
    known_at: Moment | None = None,
) -> Response:
    """Compare what was counted with the book of the moment when the shelf was frozen.

    What a movement recorded since has explained, or made a difference, says so.
    """

    def read(sources: Sources, position: Position) -> Response:
        at = None if known_at is None else instant(known_at)
        until = known(at_hand(request).ledger, position, at)
        found = takes.find(sources, site, take, until)
        if found is None:
            raise Refused("not_found")
        return answer(request, {"site": site, **_told(found), "position": until}, until)

    response: Response = asking.read_at_one_moment(request, asker, site, read)
    return response


def _listed(row: Row) -> dict[str, Any]:
    return {
        "take": row["take"],
        "begun_at": rfc3339(row["begun_at"]),
        "ended_at": rfc3339(row["ended_at"]),
        "movements": row["movements"],
    }


def _told(take: takes.Take) -> dict[str, Any]:
    differences = (*take.missing, *take.surplus)
    return {
        "take": take.name,
        "frozen_at": rfc3339(take.of.at),
        "scopes": sorted(take.of.scopes),
        "steps": [_step(one) for one in take.steps],
        "counted": len(take.of.refs),
        "on_book": take.on_book,
        "explained": sum(1 for one in differences if one.at_counting and not one.now),
        "matched": take.matched,
        "missing": [_difference(one) for one in take.missing],
        "surplus": [_difference(one) for one in take.surplus],
    }


def _step(one: Behind) -> dict[str, Any]:
    fact = one.fact
    assert isinstance(fact, StockTaken), "a stock-take has no other steps"
    return {
        "movement": fact.id,
        "step": fact.step,
        "occurred_at": rfc3339(fact.at),
        "recorded_at": rfc3339(one.record.recorded_at),
        "operator": fact.operator,
        "scope": fact.scope,
        "counted": len(fact.counted),
        "position": one.record.position,
    }


def _difference(one: takes.Difference) -> dict[str, Any]:
    return {
        "battery": one.battery,
        "at_counting": one.at_counting,
        "now": one.now,
        "chemistry": one.stay.get("chemistry"),
        "class": one.stay.get("storage_class"),
        "mass_g": one.stay.get("mass_g"),
        "because": None if one.because is None else _because(one.because),
    }


def _because(record: Record) -> dict[str, Any]:
    fact = decode(record.type, record.version, record.data)
    return {
        "movement": fact.id,
        "type": fact.type,
        "site": fact.site,
        "occurred_at": rfc3339(fact.at),
        "recorded_at": rfc3339(record.recorded_at),
        "position": record.position,
    }
