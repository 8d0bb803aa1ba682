"""What does a site hold, and what is on its way there?"""

from dataclasses import asdict
from datetime import datetime
from typing import Annotated, Any

from starlette.requests import Request
from starlette.responses import Response

from custody.access import Subject
from custody.api import answers, cursors
from custody.api.auth import asks
from custody.api.consignment_answers import Consignment
from custody.api.consignments import told
from custody.api.desk import at_hand
from custody.api.inventory_answers import Area, Inventory
from custody.api.parameters import Cursor, Limit, Moment, Projected, instant
from custody.api.reach import may_at, moment
from custody.api.routes import answer, page, problems, router
from custody.books import capacity, rollup
from custody.books.asking import known
from custody.books.flows import COUNTS
from custody.events.vocabulary import LATEST, SiteId
from custody.projections import consignments, inventory, registry, stays
from custody.projections.tables import Row
from custody.terms import SHANGHAI, Refused, millis

routes = router("sites")

END = millis(LATEST)
"""Past every fact: what a site holds when all that is known has happened."""


@routes.get("/v1/sites/{site}/inventory", response_model=Inventory, responses=problems(404))
def tell_inventory(
    request: Request,
    asker: Annotated[Subject, asks("read_inventory")],
    site: SiteId,
    _: Projected,
    as_of: Moment | None = None,
    known_at: Moment | None = None,
) -> Response:
    """Count what a site holds, now or as of an instant, by chemistry, grade and class.

    `known_at`: as it was known at that moment of our own clock.
    """
    desk = at_hand(request)
    at = None if as_of is None else instant(as_of)
    then = None if known_at is None else instant(known_at)
    with moment(request, asker) as (connection, projected):
        may_at(connection, asker, "read_inventory", site)
        position = known(desk.ledger, projected, then)
        registered = registry.find(connection, f"site:{site}")
        if registered is None:
            raise Refused("not_found")
        if at is None and then is None:
            rows = inventory.stock(connection, site)
        else:
            rows = stays.stock_as_of(connection, site, END if at is None else at, position)
            asked_of = then if at is None else at
            registered = registry.find(connection, f"site:{site}", asked_of) or registered
    sums = {name: sum(row[name] for row in rows) for name in COUNTS}
    held = {
        "site": site,
        **sums,
        "capacity_g": registered.get("capacity_g"),
        "capacity": asdict(capacity.of(registered, sums["pieces"], sums["mass_g"])),
        "rows": [_row(row) for row in rows],
        "position": position,
    }
    return answer(request, held, position)


@routes.get("/v1/inventory", response_model=answers.Page[Area])
def roll_up_inventory(
    request: Request,
    asker: Annotated[Subject, asks("roll_up_inventory")],
    _: Projected,
    level: rollup.Level,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """Count what the network holds now, by province, city, county or tier.

    Who may see a part of it is told of that part.
    """
    after = cursors.read(request, cursor) or ""
    desk = at_hand(request)
    today = datetime.fromtimestamp(desk.clock() // 1000, SHANGHAI).date()
    with moment(request, asker) as (connection, position):
        areas = rollup.areas(connection, level, today, asker.scope)
    rows = [row for row in areas if row["code"] > after]
    return page(request, rows, limit, position, dict, lambda row: row["code"])


@routes.get(
    "/v1/sites/{site}/expected",
    response_model=answers.Page[Consignment],
    responses=problems(404),
)
def list_expected(
    request: Request,
    asker: Annotated[Subject, asks("read_expected")],
    site: SiteId,
    _: Projected,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the consignments that are on their way to a site."""
    after = cursors.read(request, cursor)
    with moment(request, asker) as (connection, position):
        may_at(connection, asker, "read_expected", site)
        if registry.find(connection, f"site:{site}") is None:
            raise Refused("not_found")
        rows = consignments.expected(connection, site, after=after, limit=limit + 1)
    return page(request, rows, limit, position, told, lambda row: row["no"])


def _row(row: Row) -> dict[str, Any]:
    return {
        "state": row["state"],
        "chemistry": row["chemistry"],
        "grade": row["grade"],
        "class": row["storage_class"],
        **{name: row[name] for name in COUNTS},
    }
