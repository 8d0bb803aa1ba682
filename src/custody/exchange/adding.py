"""What does one record add to the index? Its events, by what they are found, and who sees them."""

from collections.abc import Callable, Sequence
from typing import Any, Final, NamedTuple

import orjson

from custody.epcis.context import context as context_of
from custody.epcis.event import Event
from custody.epcis.hashing import event_hash
from custody.exchange.rows import OWNED, Rows
from custody.exchange.tables import EVENTS_A_RECORD
from custody.exchange.traits import traits
from custody.ledger import Ledger, Record
from custody.terms import Position

OWNERS: Final = ("site:", "organisation:")
"""Kinds of subject that see an event about them."""

MOVEMENT: Final = "movement"
"""Under this name stands which movement of ours an event brought."""


class Told(NamedTuple):
    """One of our own facts, told as an event."""

    said: dict[str, Any]
    context: Any


Tell = Callable[[Ledger, Sequence[Record]], dict[Position, Sequence[Told]]]
"""Tells the movements among some records as events, by position."""


def tell_of(rows: Rows, record: Record, told: Sequence[Told]) -> None:
    """Add what one of our own facts is told as."""
    for number, one in enumerate(told):
        read = Event(one.said, context_of(one.context))
        said = orjson.dumps(one.said).decode()
        context = orjson.dumps(one.context).decode()
        add(rows, record, number, read, said, context, event_hash(read))


def add(
    rows: Rows, record: Record, number: int, read: Event, said: str, context: str, hash_: str
) -> Position:
    """Add one event of a record; return its place."""
    place = record.position * EVENTS_A_RECORD + number
    declared = read.error_declaration
    rows.events.append(
        (
            place,
            read.event_id,
            None if declared is None else declared.declared_at,
            read.event_time,
            record.recorded_at,
            said,
            context,
            hash_,
        )
    )
    found = traits(read)
    for one in found.values:
        rows.traits[one].append(place)
    if found.numbers:
        rows.measures += [(name, place, size) for name, size in sorted(found.numbers)]
    rows.owners += (owners := owners_of(record, place))
    for _, subject in owners:
        rows.traits[OWNED, 0, subject].append(place)
    return place


def owners_of(record: Record, place: Position) -> list[tuple[Position, str]]:
    """Say whom a record concerns, and so who sees what stands at a place of the index."""
    return [(place, one) for one in record.subjects if one.startswith(OWNERS)]


def movement_of(record: Record) -> str:
    """Return the id of a movement, by which its record begins."""
    return record.subjects[0].removeprefix("movement:")
