"""What left in each consignment, and what arrived, item by item?"""

from collections.abc import Collection, Sequence
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Index, Select, Table, exists, or_, select

from custody.access import EVERYTHING, Scope
from custody.events import Dispatched, HandedOn, Movement, Received
from custody.events.carriage import Owners
from custody.events.consignment import items_digest
from custody.events.journey import effective, of_consignment
from custody.projections import carriage
from custody.projections.carriage import vouching
from custody.projections.projection import Batch, Change
from custody.projections.tables import Row, metadata, number, text
from custody.projections.territory import territory, within
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
    # The dispatches that sent back what was rejected, by their consignment's number, one a line.
    text("returned_in"),
    # Whoever has carried it, in order, one a line; and of what left from where each is told.
    text("carriers"),
    text("told"),
    text("vehicle", null=True),
    text("un_number", null=True),
    text("packing_instruction", null=True),
    text("seals", null=True),
    text("seals_received", null=True),
    number("seals_intact", null=True),
    number("gross_mass_g", null=True),
    number("net_mass_g", null=True),
    text("released_digest", null=True),
    text("received_digest", null=True),
    number("returned"),
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
    text("returned_in", null=True),
    sqlite_with_rowid=False,
)

OUTCOMES = ("accepted", "rejected", "missing", "extra")


class Consignments:
    """One row a consignment, and one for each of its batteries, told anew with each fact."""

    name = "consignments"
    tables = (consignment, item, vouching)

    def wants(self, batch: Batch) -> tuple[Column[str], Collection[str]]:
        """Whose the sites are at which they were handed on: all else is in the batch."""
        return territory.c.site, carriage.sites(batch)

    def changes(self, batch: Batch, rows: Sequence[Row]) -> list[Change]:
        """Tell each consignment of the batch anew."""
        owners = carriage.owners(batch, rows)
        told = [tell(no, facts, owners) for no, facts in batch.consignments.items()]
        # What more is heard of a consignment adds items or changes them; only what is taken back
        # can leave rows behind that nothing speaks for any longer.
        thinned = [
            no for no, facts in batch.consignments.items() if any(fact.takes_back for fact in facts)
        ]
        return [
            Change(consignment, [whole for whole, _ in told]),
            Change(
                item,
                [one for _, items in told for one in items],
                clear=("consignment", thinned),
            ),
            Change(vouching, carriage.vouchings(batch)),
        ]


def tell(no: str, facts: Sequence[Movement], owners: Owners) -> tuple[Row, list[Row]]:
    """Return a consignment's row and those of its items, whichever of its two halves came first."""
    ordered = effective(facts, of_consignment(no))
    sent = [one for one in ordered if isinstance(one, Dispatched) and one.consignment == no]
    arrived = [one for one in ordered if isinstance(one, Received)]
    sent_back = [one for one in ordered if isinstance(one, Dispatched) and one.consignment != no]
    items = _items(no, sent, arrived, sent_back)
    found = [one["outcome"] for one in items.values()]
    row: Row = {
        "no": no,
        "state": _state(bool(sent), bool(arrived), list(items.values())),
        **_of_dispatch(sent[-1] if sent else None),
        **_of_receipt(arrived[-1] if arrived else None),
        **carriage.columns(sent, [one for one in ordered if isinstance(one, HandedOn)], owners),
        "returned_in": "\n".join(dict.fromkeys(one.consignment for one in sent_back)),
        "released_digest": _digest([one["battery"] for one in items.values() if one["released"]]),
        "received_digest": _digest(
            [ref for one in arrived for ref in (*one.batteries_named(),) if ref not in one.missing]
        ),
        "returned": sum(one["returned_in"] is not None for one in items.values()),
        "released": sum(one["released"] for one in items.values()),
        **{outcome: found.count(outcome) for outcome in OUTCOMES},
    }
    if not sent and arrived:
        row["to_site"] = arrived[-1].site
    return row, list(items.values())


def _items(
    no: str,
    sent: Sequence[Dispatched],
    arrived: Sequence[Received],
    sent_back: Sequence[Dispatched],
) -> dict[str, Row]:
    items = {ref: _item(no, ref, released=1) for one in sent for ref in one.batteries}
    for receipt in arrived:
        for ref, outcome, reason in _outcomes(receipt):
            released = items[ref]["released"] if ref in items else 0
            said = "extra" if outcome == "accepted" and sent and not released else outcome
            items[ref] = {**_item(no, ref, released), "outcome": said, "reason": reason}
    for back in sent_back:
        for ref in back.batteries:
            if ref in items:
                items[ref]["returned_in"] = back.consignment
    return items


def _of_dispatch(sent: Dispatched | None) -> Row:
    return {
        "from_site": sent and sent.site,
        "to_site": sent and sent.to_site,
        "dispatched_at": sent and sent.at,
        "expected_at": sent and sent.due,
        "returns": sent and sent.returns,
        "un_number": sent and sent.un_number,
        "packing_instruction": sent and sent.packing_instruction,
        "seals": _lines(sent.seals) if sent else None,
        "gross_mass_g": sent and sent.gross_mass_g,
    }


def _of_receipt(arrived: Received | None) -> Row:
    intact = arrived.seals_intact if arrived else None
    return {
        "received_at": arrived and arrived.at,
        "seals_received": _lines(arrived.seals) if arrived else None,
        "seals_intact": None if intact is None else int(intact),
        "net_mass_g": arrived and arrived.net_mass_g,
    }


def _lines(seals: Sequence[str] | None) -> str | None:
    return None if seals is None else "\n".join(seals)


def _digest(refs: Sequence[str]) -> str | None:
    return items_digest(set(refs)) if refs else None


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
    scope: Scope = EVERYTHING,
    after: str | None = None,
    limit: int,
) -> list[Row]:
    """Return the consignments of a scope that answer to all that is asked, by number.

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
    if not scope.everything:
        asked = asked.where(_seen(scope))
    return _page(connection, asked, after)


def expected(
    connection: Connection, site: str, *, after: str | None = None, limit: int
) -> list[Row]:
    """Return the consignments that are on their way to a site, by number."""
    return listing(connection, state="released", to_site=site, after=after, limit=limit)


def given_to(carrier: str, no: Column[str], sender: Column[str]) -> ColumnElement[bool]:
    """Say in which rows of batteries a carrier was given what left there in that consignment."""
    told = "\n" + consignment.c.told + "\n"
    line = "\n" + sender + f"\t{carrier}\n"
    return exists().where(consignment.c.no == no, told.contains(line))


def awaiting(connection: Connection, battery: str) -> list[str]:
    """Return the sites that a battery is on its way to: one, unless somebody mistook it."""
    asked = (
        select(consignment.c.to_site)
        .distinct()
        .join(item, consignment.c.no == item.c.consignment)
        .where(consignment.c.state == "released", consignment.c.to_site.is_not(None))
        .where(item.c.battery == battery, item.c.released == 1)
    )
    return list(connection.execute(asked).scalars())


def _seen(scope: Scope) -> ColumnElement[bool]:
    """Say which consignments are a scope's: those it sent, is to receive, or was given to carry."""
    seen = within(scope, consignment.c.from_site, consignment.c.to_site)
    return seen if scope.carrier is None else or_(seen, _is_told(scope.carrier))


def _is_told(carrier: str) -> ColumnElement[bool]:
    return (consignment.c.told + "\n").contains(f"\t{carrier}\n", autoescape=True)


def _page(connection: Connection, asked: Select[Any], after: str | None) -> list[Row]:
    if after is not None:
        asked = asked.where(consignment.c.no > after)
    return [dict(row) for row in connection.execute(asked).mappings()]


def _state(dispatched: bool, received: bool, items: Sequence[Row]) -> str | None:
    if not dispatched and not received:
        return None  # its only facts were taken back, or another consignment returns it
    if not dispatched:
        return "unmatched"
    if not received:
        return "released"
    sent = [one for one in items if one["released"]]
    taken = [one for one in sent if one["outcome"] == "accepted"]
    if len(taken) == len(sent):
        return "received"
    if all(one["outcome"] == "accepted" or one["returned_in"] for one in sent):
        return "closed"
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
        "returned_in": None,
    }
