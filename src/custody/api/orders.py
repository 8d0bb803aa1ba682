"""What was ordered of the service, how far has it come, and what was collected under it?"""

from typing import Annotated, Any

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Resource, Subject
from custody.api import answers, cursors
from custody.api.answers import Answer, Moment
from custody.api.auth import asks
from custody.api.desk import at_hand
from custody.api.parameters import Cursor, Limit, Projected, instant
from custody.api.parameters import Moment as MomentAsked
from custody.api.reach import may, may_at, moment, places
from custody.api.routes import answer, page, problems, router, when
from custody.events.order import Failure, OrderStep, Service
from custody.events.vocabulary import DepositorKind, Key, SiteId
from custody.projections import orders
from custody.projections.freshness import snapshot
from custody.projections.tables import Row
from custody.terms import Refused

routes = router("orders")

BATTERIES_SHOWN_MAX = 1_000
"""Batteries told with an order; `collected` counts them all."""

PLAIN = (
    "state",
    "site",
    "service",
    "division",
    "sales_reference",
    "depositor",
    "depositor_kind",
    "pieces",
    "failure",
)
INSTANTS = ("since", "ordered_at", "collected_at")


class OrderWindow(Answer):
    """Between which instants somebody is to come."""

    from_: Moment = Field(alias="from")
    to: Moment


class Order(Answer):
    """An order and how far it has come. One whose steps were all taken back is in no state."""

    order: str
    state: OrderStep | None
    site: str | None
    service: Service | None
    division: str | None
    sales_reference: str | None
    depositor: str | None
    depositor_kind: DepositorKind | None
    pieces: int | None
    collected: int
    failure: Failure | None
    since: Moment | None
    ordered_at: Moment | None
    scheduled_for: OrderWindow | None
    collected_at: Moment | None


class OrderBattery(Answer):
    """A battery that was dropped off under an order."""

    battery: str
    movement: str
    site: str
    dropped_off_at: Moment


class OrderDetail(Order):
    """An order with its batteries."""

    batteries: list[OrderBattery]
    position: int


@routes.get("/v1/orders", response_model=answers.Page[Order])
def list_orders(
    request: Request,
    asker: Annotated[Subject, asks("list_orders")],
    _: Projected,
    site: SiteId | None = None,
    state: OrderStep | None = None,
    service: Service | None = None,
    due_before: MomentAsked | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List orders by name; `due_before`: those that nobody came for by then, though appointed."""
    after = cursors.read(request, cursor)
    with moment(request, asker) as (connection, position):
        may_at(connection, asker, "list_orders", site)
        rows = orders.listing(
            connection,
            site=site,
            state=state,
            service=service,
            due_before=None if due_before is None else instant(due_before),
            scope=asker.scope,
            after=after,
            limit=limit + 1,
        )
        counted = orders.collected(connection, [row["no"] for row in rows[:limit]])
    return page(
        request,
        rows,
        limit,
        position,
        lambda row: _told(row, counted.get(row["no"], 0)),
        lambda row: row["no"],
    )


@routes.get("/v1/orders/{order:path}", response_model=OrderDetail, responses=problems(404))
def find_order(
    request: Request, asker: Annotated[Subject, asks("read_order")], order: Key, _: Projected
) -> Response:
    """Tell an order and the batteries that were dropped off under it.

    Whose order it is, is told of all; who took in some of it, of these. What was dropped off under
    an order that nobody has reported yet is told all the same.
    """
    with snapshot(at_hand(request).engine) as (connection, position):
        found = orders.find(connection, order)
        batteries = orders.batteries(connection, order, limit=BATTERIES_SHOWN_MAX)
        counted = orders.collected(connection, [order])
        if found is None and not batteries:
            raise Refused("not_found")
        row = found or {**dict.fromkeys(orders.service_order.columns.keys()), "no": order}
        sites = {row["site"], *orders.sites(connection, order)}
        concerned = places(connection, asker, sites)
    may(asker, "read_order", Resource(tuple(concerned)))
    ours = {place.site for place in concerned if asker.scope.covers(place)}
    if not asker.scope.everything and row["site"] not in ours:
        batteries = [one for one in batteries if one["site"] in ours]
    told = {
        **_told(row, counted.get(order, 0)),
        "batteries": [_battery(one) for one in batteries],
        "position": position,
    }
    return answer(request, told, position)


def _told(row: Row, collected: int) -> dict[str, Any]:
    window = {"from": when(row["scheduled_from"]), "to": when(row["due"])}
    return {
        "order": row["no"],
        **{name: row[name] for name in PLAIN},
        "collected": collected,
        **{name: when(row[name]) for name in INSTANTS},
        "scheduled_for": None if row["due"] is None else window,
    }


def _battery(row: Row) -> dict[str, Any]:
    return {
        **{name: row[name] for name in ("battery", "movement", "site")},
        "dropped_off_at": when(row["dropped_off_at"]),
    }
