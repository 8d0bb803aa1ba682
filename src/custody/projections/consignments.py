"""What left in each consignment, and what arrived, item by item?"""

from collections.abc import Sequence
from typing import Any

from sqlalchemy import Connection, Index, Select, Table, select

from custody.events import Dispatched, Movement, Received
from custody.events.journey import effective
from custody.projections.projection import Batch, Change
from custody.projections.tables import Row, metadata, number, text
from custody.terms import Millis

consignment = Table(
    "consignment",
    metadata,
    text("no", key=True),
    text("state", null=True),
    text("from_site", null=True),
    text("to_site", null=True),
    text("carrier", null=True),
    number("dispatched_at", null=True),
    number("expected_at", null=True),
    number("received_at", null=True),
    text("returns", null=True),
    number("released"),
    number("accepted"),
    number("rejected"),
    number("missing"),
    number("extra"),
    Index("consignment_by_from_site", "from_site", "no"),
    Index("consignment_by_to_site", "to_site", "no"),
)

item = Table(
    "consignment_item",
    metadata,
    text("consignment", key=True),
    text("battery", key=True),
    number("released"),
    text("outcome", null=True),
    text("reason", null=True),
)

OUTCOMES = ("accepted", "rejected", "missing", "extra")


class Consignments:
    """One row a consignment, and one for each of its batteries, told anew with each fact."""

    name = "consignments"
    tables = (consignment, item)

    def wants(self, batch: Batch) -> None:
        """Nothing: the batch has all facts of the consignments that it touches."""

    def changes(self, batch: Batch, rows: Sequence[Row]) -> list[Change]:
        """Tell each consignment of the batch anew."""
        told = [tell(no, facts) for no, facts in batch.consignments.items()]
        return [
            Change(consignment, [whole for whole, _ in told]),
            Change(
                item,
                [one for _, items in told for one in items],
                clear=("consignment", batch.consignments.keys()),
            ),
        ]


def tell(no: str, facts: Sequence[Movement]) -> tuple[Row, list[Row]]:
    """Return a consignment's row and those of its items, whichever of its two halves came first."""
    ordered = effective(facts)
    dispatches = [fact for fact in ordered if isinstance(fact, Dispatched)]
    receipts = [fact for fact in ordered if isinstance(fact, Received)]
    items: dict[str, Row] = {
        ref: _item(no, ref, released=1) for sent in dispatches for ref in sent.batteries
    }
    for receipt in receipts:
        for ref, outcome, reason in _outcomes(receipt):
            released = items[ref]["released"] if ref in items else 0
            said = "extra" if outcome == "accepted" and dispatches and not released else outcome
            items[ref] = {**_item(no, ref, released), "outcome": said, "reason": reason}
    found = [one["outcome"] for one in items.values()]
    sent, arrived = dispatches[-1:], receipts[-1:]
    row: Row = {
        "no": no,
        "state": _state(bool(dispatches), bool(receipts), list(items.values())),
        "from_site": sent[0].site if sent else None,
        "to_site": sent[0].to_site if sent else (arrived[0].site if arrived else None),
        "carrier": sent[0].carrier if sent else None,
        "dispatched_at": sent[0].at if sent else None,
        "expected_at": sent[0].due if sent else None,
        "received_at": arrived[0].at if arrived else None,
        "returns": sent[0].returns if sent else None,
        "released": sum(one["released"] for one in items.values()),
        **{outcome: found.count(outcome) for outcome in OUTCOMES},
    }
    return row, list(items.values())


def find(connection: Connection, no: str) -> Row | None:
    """Return one consignment; None if nothing was ever recorded of it."""
    asked = select(consignment).where(consignment.c.no == no)
    found = connection.execute(asked).mappings().first()
    return dict(found) if found else None


def items(connection: Connection, no: str) -> list[Row]:
    """Return what is known of each battery of a consignment, by reference."""
    asked = select(item).where(item.c.consignment == no).order_by(item.c.battery)
    return [dict(row) for row in connection.execute(asked).mappings()]


def listing(
    connection: Connection,
    *,
    state: str | None = None,
    from_site: str | None = None,
    to_site: str | None = None,
    overdue_at: Millis | None = None,
    after: str | None = None,
    limit: int,
) -> list[Row]:
    """Return the consignments that answer to all that is asked, by number.

    `overdue_at`: those on the road that should have arrived before that instant.
    """
    asked = select(consignment).order_by(consignment.c.no).limit(limit)
    equal = {"state": state, "from_site": from_site, "to_site": to_site}
    for name, value in equal.items():
        if value is not None:
            asked = asked.where(consignment.c[name] == value)
    if overdue_at is not None:
        asked = asked.where(
            consignment.c.state == "released", consignment.c.expected_at < overdue_at
        )
    return _page(connection, asked, after)


def expected(
    connection: Connection, site: str, *, after: str | None = None, limit: int
) -> list[Row]:
    """Return the consignments that are on their way to a site, by number."""
    return listing(connection, state="released", to_site=site, after=after, limit=limit)


def is_expected(connection: Connection, site: str, battery: str) -> bool:
    """Tell whether a battery is on its way to a site."""
    asked = (
        select(item.c.battery)
        .join(consignment, consignment.c.no == item.c.consignment)
        .where(consignment.c.to_site == site, consignment.c.state == "released")
        .where(item.c.battery == battery, item.c.released == 1)
        .limit(1)
    )
    return connection.execute(asked).first() is not None


def _page(connection: Connection, asked: Select[Any], after: str | None) -> list[Row]:
    if after is not None:
        asked = asked.where(consignment.c.no > after)
    return [dict(row) for row in connection.execute(asked).mappings()]


def _state(dispatched: bool, received: bool, items: Sequence[Row]) -> str | None:
    if not dispatched and not received:
        return None  # its only facts were taken back
    if not dispatched:
        return "unmatched"
    if not received:
        return "released"
    taken = [one for one in items if one["released"] and one["outcome"] == "accepted"]
    if len(taken) == sum(one["released"] for one in items):
        return "received"
    turned_away = any(one["outcome"] == "rejected" for one in items)
    return "rejected" if turned_away and not taken else "part_received"


def _outcomes(receipt: Received) -> list[tuple[str, str, str | None]]:
    return [
        *((ref, "accepted", None) for ref in receipt.accepted),
        *((one.battery, "rejected", one.reason) for one in receipt.rejected),
        *((ref, "missing", None) for ref in receipt.missing),
        *((ref, "extra", None) for ref in receipt.extra),
    ]


def _item(no: str, ref: str, released: int) -> Row:
    return {
        "consignment": no,
        "battery": ref,
        "released": released,
        "outcome": None,
        "reason": None,
    }
