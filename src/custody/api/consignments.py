"""What left in a consignment, what arrived, and which are still on the road?"""

from collections.abc import Collection
from typing import Annotated, Any, Literal

from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Resource, Subject
from custody.api import answers, cursors
from custody.api.auth import asks
from custody.api.consignment_answers import Consignment, ConsignmentDetail
from custody.api.consignment_parties import parties, sites_of
from custody.api.desk import Desk, at_hand
from custody.api.parameters import Cursor, Limit, Projected
from custody.api.reach import carriers, may, may_at, moment, places
from custody.api.routes import answer, page, problems, router, when
from custody.events import Movement, decode
from custody.events.journey import effective
from custody.events.vocabulary import ConsignmentNo, SiteId
from custody.gathering import gather
from custody.projections import consignments, territory
from custody.projections.freshness import snapshot
from custody.projections.tables import Row
from custody.terms import Refused

routes = router("consignments")

State = Literal["released", "received", "part_received", "rejected", "unmatched", "closed"]
PLAIN = ("no", "state", "from_site", "to_site", "carrier", "returns")
COUNTS = ("released", "accepted", "rejected", "missing", "extra", "returned")
DETAILS = (
    "vehicle",
    "un_number",
    "packing_instruction",
    "gross_mass_g",
    "net_mass_g",
    "released_digest",
    "received_digest",
)
LISTS = ("carriers", "seals", "seals_received", "returned_in")
INSTANTS = ("dispatched_at", "expected_at", "received_at")


@routes.get("/v1/consignments", response_model=answers.Page[Consignment])
def list_consignments(
    request: Request,
    asker: Annotated[Subject, asks("list_consignments")],
    _: Projected,
    state: State | None = None,
    from_site: SiteId | None = None,
    to_site: SiteId | None = None,
    overdue: bool = False,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List consignments by number; `overdue=true`: on the road, and expected before now."""
    desk = at_hand(request)
    after = cursors.read(request, cursor)
    with moment(request, asker) as (connection, position):
        may_at(connection, asker, "list_consignments", from_site, to_site)
        rows = consignments.listing(
            connection,
            state=state,
            from_site=from_site,
            to_site=to_site,
            overdue_at=desk.clock() if overdue else None,
            scope=asker.scope,
            after=after,
            limit=limit + 1,
        )
    return page(request, rows, limit, position, told, lambda row: row["no"])


@routes.get(
    "/v1/consignments/{no:path}",
    response_model=ConsignmentDetail,
    responses=problems(404),
)
def find_consignment(
    request: Request,
    asker: Annotated[Subject, asks("read_consignment")],
    no: ConsignmentNo,
    _: Projected,
) -> Response:
    """Tell what was released against what was received, item by item."""
    desk = at_hand(request)
    with snapshot(desk.engine) as (connection, position):
        row = consignments.find(connection, no)
        if row is None:
            raise Refused("not_found")
        items = consignments.items(connection, no)
        known = _known_to(connection, desk, asker, no)
    items = [item for item in items if known is None or item["battery"] in known]
    found = {
        **told(row),
        **_details(row),
        "items": [_item(item) for item in items],
        "position": position,
    }
    return answer(request, found, position)


def _known_to(connection: Connection, desk: Desk, asker: Subject, no: str) -> set[str] | None:
    """Return which batteries of a consignment the asker may know of; None stands for all.

    Those who sent it, were to receive it or carry it may know, and not who posts that it came to
    them. Where several sites have used one number, each knows of its own part alone: otherwise a
    number would open what is in others' consignments.
    """
    if asker.scope.everything:
        return None
    records = gather(lambda asked: desk.ledger.read(asked).records, [f"consignment:{no}"])
    posted = [decode(one.type, one.version, one.data) for one in records]
    # Whom a corrected one named first may know of it too.
    facts = [one for one in (*posted, *effective(posted)) if no in one.consignments_named()]
    owners = territory.owners(connection, {one.site for one in facts})
    named = parties(no, facts, owners)
    concerned = places(connection, asker, named.sites)
    may(asker, "read_consignment", Resource(tuple(concerned), carriers=named.carriers))
    if not named.several:
        return None
    ours = {place.site for place in concerned if asker.scope.covers(place)}
    own = [fact for fact in facts if _is_theirs(fact, asker, ours)]
    return {ref for fact in own for ref in fact.batteries_named()}


def _is_theirs(fact: Movement, asker: Subject, sites: Collection[str]) -> bool:
    return not sites_of(fact).isdisjoint(sites) or asker.scope.carrier in carriers(fact)


def told(row: Row) -> dict[str, Any]:
    """Tell a consignment in numbers."""
    return {
        **{name: row[name] for name in (*PLAIN, *COUNTS)},
        **{name: when(row[name]) for name in INSTANTS},
    }


def _details(row: Row) -> dict[str, Any]:
    intact = row["seals_intact"]
    return {
        **{name: row[name] for name in DETAILS},
        **{name: _listed(row[name]) for name in LISTS},
        "seals_intact": None if intact is None else bool(intact),
    }


def _listed(lines: str | None) -> list[str] | None:
    """Read a list as it is kept, one a line; none at all is not an empty one."""
    if lines is None:
        return None
    return lines.split("\n") if lines else []


def _item(row: Row) -> dict[str, Any]:
    return {
        "battery": row["battery"],
        "released": bool(row["released"]),
        "outcome": row["outcome"],
        "reason": row["reason"],
        "returned_in": row["returned_in"],
    }
