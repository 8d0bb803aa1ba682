"""What does a site hold, and what is on its way there?"""

from starlette.requests import Request
from starlette.responses import Response

from custody.api import answers, cursors
from custody.api.auth import Anyone, own_site
from custody.api.consignment_answers import Consignment
from custody.api.consignments import told
from custody.api.desk import at_hand
from custody.api.parameters import Cursor, Limit, Moment, Projected, instant
from custody.api.routes import answer, page, problems, router
from custody.events.vocabulary import SiteId
from custody.projections import consignments, inventory, registry, stays
from custody.projections.freshness import snapshot
from custody.terms import Refused

routes = router("sites")

SUMS = ("pieces", "mass_g", "mass_unknown_pieces")


@routes.get("/v1/sites/{site}/inventory", response_model=answers.Inventory, responses=problems(404))
def tell_inventory(
    request: Request, key: Anyone, site: SiteId, _: Projected, as_of: Moment | None = None
) -> Response:
    """Count what a site holds, now or as of an instant, by chemistry, grade and class."""
    own_site(key, site)
    at = None if as_of is None else instant(as_of)
    with snapshot(at_hand(request).engine) as (connection, position):
        registered = registry.find(connection, f"site:{site}")
        if registered is None:
            raise Refused("not_found")
        if at is None:
            rows = inventory.stock(connection, site)
        else:
            rows = stays.stock_as_of(connection, site, at)
            registered = registry.find(connection, f"site:{site}", at) or registered
    held = {
        "site": site,
        **{name: sum(row[name] for row in rows) for name in SUMS},
        "capacity_g": registered.get("capacity_g"),
        "rows": [
            {
                "state": row["state"],
                "chemistry": row["chemistry"],
                "grade": row["grade"],
                "class": row["storage_class"],
                **{name: row[name] for name in SUMS},
            }
            for row in rows
        ],
        "position": position,
    }
    return answer(request, held, position)


@routes.get(
    "/v1/sites/{site}/expected",
    response_model=answers.Page[Consignment],
    responses=problems(404),
)
def list_expected(
    request: Request,
    key: Anyone,
    site: SiteId,
    _: Projected,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the consignments that are on their way to a site."""
    own_site(key, site)
    after = cursors.read(request, cursor)
    with snapshot(at_hand(request).engine) as (connection, position):
        if registry.find(connection, f"site:{site}") is None:
            raise Refused("not_found")
        rows = consignments.expected(connection, site, after=after, limit=limit + 1)
    return page(request, rows, limit, position, told, lambda row: row["no"])
