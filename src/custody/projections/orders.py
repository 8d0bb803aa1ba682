"""What was ordered of the service, how far has each order come, and what was collected under it?"""

from collections.abc import Collection, Sequence

from sqlalchemy import Connection, Index, Table, func, select

from custody.access import EVERYTHING, Scope
from custody.events import DroppedOff, Movement, OrderAdvanced
from custody.events.journey import effective
from custody.events.order import of_order
from custody.projections import retelling
from custody.projections.projection import Batch, Change
from custody.projections.retelling import believed_at
from custody.projections.tables import Row, metadata, number, text
from custody.projections.territory import within
from custody.terms import Millis

service_order = Table(
    "service_order",
    metadata,
    text("no", key=True),
    text("state", null=True),
    text("site", null=True),
    text("service", null=True),
    text("division", null=True),
    text("sales_reference", null=True),
    text("depositor", null=True),
    text("depositor_kind", null=True),
    number("pieces", null=True),
    text("failure", null=True),
    number("since", null=True),
    number("ordered_at", null=True),
    number("scheduled_from", null=True),
    number("due", null=True),
    number("collected_at", null=True),
    Index("service_order_by_site", "site", "no"),
)

# Which orders a site has drop-offs of is asked of each battery, so each drop-off has its own row:
# a fleet brings thousands under one order, and the next must not cost more for it.
order_battery = Table(
    "order_battery",
    metadata,
    text("movement", key=True),
    number("known_from", key=True),
    number("known_to", null=True),
    text("of_order"),
    text("battery"),
    text("site"),
    number("dropped_off_at"),
    Index("order_battery_by_order", "of_order", "battery"),
)

OPEN = ("ordered", "scheduled", "failed")
"""States of an order that somebody is still to come for."""

SAID = ("division", "sales_reference", "depositor", "depositor_kind", "pieces")
"""What holds of an order until a later step says otherwise."""


class Orders:
    """One row an order, told anew with each of its steps, and one for each drop-off under it."""

    name = "orders"
    tables = (service_order, order_battery)

    def wants(self, batch: Batch) -> None:
        """Nothing: the batch has all steps of the orders that it touches."""

    def changes(self, batch: Batch, rows: Sequence[Row]) -> list[Change]:
        """Tell each order of the batch anew; add drop-offs, and retell those taken back."""
        return [
            Change(service_order, [tell(no, facts) for no, facts in batch.orders.items()]),
            Change(order_battery, list(retelling.rows(batch, ("drop_off",), _dropped_off))),
        ]


def tell(no: str, facts: Sequence[Movement]) -> Row:
    """Return an order's row, whichever of its steps was reported first."""
    ordered = effective(facts, of_order(no))
    steps = [fact for fact in ordered if isinstance(fact, OrderAdvanced)]
    row: Row = {**dict.fromkeys(service_order.columns.keys()), "no": no}
    for fact in steps:
        row |= {"state": fact.step, "site": fact.site, "service": fact.service, "since": fact.at}
        row |= {name: said for name in SAID if (said := getattr(fact, name)) is not None}
        if fact.scheduled_for is not None:
            row |= {"scheduled_from": fact.scheduled_for.begins, "due": fact.scheduled_for.ends}
        match fact.step:
            case "ordered":
                row["ordered_at"] = fact.at
            case "collected":
                row["collected_at"] = fact.at
        row["failure"] = fact.failure if fact.step == "failed" else None
    return row


def find(connection: Connection, no: str) -> Row | None:
    """Return one order; None if none of its steps was ever recorded."""
    asked = select(service_order).where(service_order.c.no == no)
    found = connection.execute(asked).mappings().first()
    return dict(found) if found else None


def batteries(connection: Connection, no: str, *, limit: int) -> list[Row]:
    """Return what was dropped off under an order, by battery."""
    asked = (
        select(order_battery)
        .where(order_battery.c.of_order == no, believed_at(order_battery, None))
        .order_by(order_battery.c.battery, order_battery.c.dropped_off_at, order_battery.c.movement)
        .limit(limit)
    )
    return [dict(row) for row in connection.execute(asked).mappings()]


def collected(connection: Connection, numbers: Collection[str]) -> dict[str, int]:
    """Count the batteries dropped off under each of some orders."""
    counted = func.count(order_battery.c.battery.distinct()).label("pieces")
    asked = (
        select(order_battery.c.of_order, counted)
        .where(order_battery.c.of_order.in_(numbers), believed_at(order_battery, None))
        .group_by(order_battery.c.of_order)
    )
    return {row.of_order: row.pieces for row in connection.execute(asked)}


def sites(connection: Connection, no: str) -> set[str]:
    """Return the sites that have taken in batteries under an order."""
    asked = select(order_battery.c.site).distinct()
    asked = asked.where(order_battery.c.of_order == no, believed_at(order_battery, None))
    return set(connection.execute(asked).scalars())


def listing(
    connection: Connection,
    *,
    site: str | None = None,
    state: str | None = None,
    service: str | None = None,
    due_before: Millis | None = None,
    scope: Scope = EVERYTHING,
    after: str | None = None,
    limit: int,
) -> list[Row]:
    """Return the orders of a scope that answer to all that is asked, by number.

    `due_before`: those that somebody should have come for by that instant, and has not.
    """
    asked = select(service_order).order_by(service_order.c.no).limit(limit)
    for name, value in {"site": site, "state": state, "service": service}.items():
        if value is not None:
            asked = asked.where(service_order.c[name] == value)
    if due_before is not None:
        asked = asked.where(service_order.c.state.in_(OPEN), service_order.c.due < due_before)
    if not scope.everything:
        asked = asked.where(within(scope, service_order.c.site))
    if after is not None:
        asked = asked.where(service_order.c.no > after)
    return [dict(row) for row in connection.execute(asked).mappings()]


def _dropped_off(fact: Movement) -> Row | None:
    if not isinstance(fact, DroppedOff) or fact.order_reference is None:
        return None
    return {
        "movement": fact.id,
        "of_order": fact.order_reference,
        "battery": fact.battery.code,
        "site": fact.site,
        "dropped_off_at": fact.at,
    }
