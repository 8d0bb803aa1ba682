"""What do the next records of the ledger add to the index? Each event, and by what it is found."""

from collections.abc import Callable, Collection, Iterator, Sequence
from functools import lru_cache
from json import loads
from typing import Any, Final, NamedTuple

import msgspec
import orjson
from sqlalchemy import Connection, select, update

from custody.epcis.context import Context
from custody.epcis.context import context as context_of
from custody.epcis.event import Event
from custody.epcis.hashing import event_hash
from custody.events import Redacted, decode
from custody.events.fact import type_ranks
from custody.exchange import describing
from custody.exchange.captured import TYPE
from custody.exchange.numbers import Numbers
from custody.exchange.rows import OWNED, Rows, write
from custody.exchange.tables import (
    EVENTS_A_RECORD,
    reached,
    start,
    trait,
    value,
)
from custody.exchange.traits import traits
from custody.exchange.written import Fact, read_fact
from custody.ledger import Ledger, Record, writing
from custody.ledger.errors import translated
from custody.terms import Position

RECORDS_MAX: Final = 1_000
"""Records a transaction."""

OWNERS: Final = ("site:", "organisation:")
"""Kinds of subject that see an event about them."""

MOVEMENT: Final = "movement"
"""Under this name stands which movement of ours an event brought."""

REMEMBERED_CHARACTERS_MAX: Final = 4_000
"""Of a context that is not read anew for each of the events that have it in common."""


class Told(NamedTuple):
    """One of our own facts, told as an event."""

    said: dict[str, Any]
    context: Any


Tell = Callable[[Ledger, Sequence[Record]], dict[Position, Sequence[Told]]]
"""Tells the movements among some records as events, by position."""


class Overtaken(Exception):
    """Another has indexed these records; nothing was written."""


def begin(ledger: Ledger) -> None:
    """Begin to index, if nobody has yet."""
    with writing(ledger.engine) as connection:
        if connection.scalar(select(reached.c.position)) is None:
            start(connection)


def position(connection: Connection) -> Position | None:
    """Return how far the index has come; None while nobody has asked for events yet."""
    found: int | None = connection.scalar(select(reached.c.position))
    return found


def step(ledger: Ledger, tell: Tell, limit: int = RECORDS_MAX) -> Position | None:
    """Index the next records in one transaction; return how far that goes, None if it has begun
    with nothing. Raises Overtaken.
    """
    with translated(), ledger.engine.connect() as connection:
        at = connection.execute(select(reached)).one_or_none()
    if at is None:
        return None
    after: Position = at.position
    records = ledger.since(after, limit)
    if not records:
        return after
    rows = rows_of(ledger, records, tell)
    last = records[-1].position
    with writing(ledger.engine, durable=False) as connection:
        here = (reached.c.position == after, reached.c.generation == at.generation)
        if not connection.execute(update(reached).where(*here).values(position=last)).rowcount:
            raise Overtaken
        numbers = Numbers(connection, at.generation, at.numbers)
        write(connection, rows, numbers)
        if numbers.last > at.numbers:
            connection.execute(update(reached).values(numbers=numbers.last))
    numbers.remember()
    return last


def rows_of(ledger: Ledger, records: Sequence[Record], tell: Tell) -> Rows:
    """Say what some records add."""
    told = tell(ledger, [one for one in records if one.type != TYPE])
    rows = Rows()
    movements = {_movement(one) for one in records if one.type in type_ranks}
    brought = _brought(ledger, movements)
    for record in records:
        if record.type == TYPE and record.redacted:
            continue
        if record.type == TYPE:
            fact = read_fact(record.data)
            event = _captured(fact)
            place = _add(rows, record, 0, event, fact.said, fact.context, fact.hash)
            for id_ in dict.fromkeys(fact.movements):
                rows.traits[MOVEMENT, 0, id_].append(place)
                brought.setdefault(id_, place)
        elif record.type == describing.TYPE and not record.redacted:
            rows.attributes += describing.rows(record)
            place = record.position * EVENTS_A_RECORD
            rows.owners += _owners(record, place)
        elif record.type == "redaction":
            rows.gone += _told_of(ledger, decode(record.type, record.version, record.data))
        elif record.type in type_ranks and (id_ := _movement(record)) in brought:
            # Its partner's own words stand for it; whose it is now, theirs is as well.
            rows.joining += _owners(record, brought[id_])
            continue
        _tell(rows, record, told.get(record.position, ()))
    if rows.gone:
        _speak_for_themselves(ledger, rows, tell)
    return rows


def _tell(rows: Rows, record: Record, told: Sequence[Told]) -> None:
    for number, one in enumerate(told):
        read = Event(one.said, context_of(one.context))
        said = orjson.dumps(one.said).decode()
        context = orjson.dumps(one.context).decode()
        _add(rows, record, number, read, said, context, event_hash(read))


def _told_of(ledger: Ledger, destroyed: Redacted) -> list[Position]:
    """Name the records whose events told what was destroyed: it, and what took a movement back,
    for that tells it again.
    """
    if destroyed.movement is None:
        return [destroyed.position]
    about = ledger.read([f"movement:{destroyed.movement}"]).records
    return [destroyed.position, *(one.position for one in about)]


def _speak_for_themselves(ledger: Ledger, rows: Rows, tell: Tell) -> None:
    """Tell the movements for which events stood that are gone: in the words of another event that
    brought them as well, or else in our own.
    """
    gone = {position * EVENTS_A_RECORD for position in rows.gone}
    brought = select(value.c.value, trait.c.place).where(value.c.name == MOVEMENT)
    brought = brought.join(trait, trait.c.number == value.c.number)
    with translated(), ledger.engine.connect() as connection:
        known = {*connection.scalars(brought.where(trait.c.place.in_(gone)))}
        known |= {each for each, place in _bringing(rows) if place in gone}
        stand = brought.where(trait.c.place.not_in(gone), value.c.value.in_(known))
        found = connection.execute(stand).all() if known else []
    stands = [*_bringing(rows), *((row.value, row.place) for row in found)]
    instead = {each: place for each, place in sorted(stands, reverse=True) if place not in gone}
    for movement in sorted(known):
        own = [one for one in ledger.read([f"movement:{movement}"]).records if _is(one, movement)]
        told = {} if movement in instead else tell(ledger, own)
        for record in own:
            if movement in instead:
                rows.joining += _owners(record, instead[movement])
            _tell(rows, record, told.get(record.position, ()))


def _bringing(rows: Rows) -> Iterator[tuple[str, Position]]:
    """Say of the events that are written at once which movement each has brought."""
    for (name, _, movement), places in rows.traits.items():
        if name == MOVEMENT:
            yield from ((movement, place) for place in places)


_said: Final = msgspec.json.Decoder(dict[str, Any]).decode


def _captured(fact: Fact) -> Event:
    """Read a captured event again: it was sound when it came."""
    said = _said(fact.said)
    said.pop("@context", None)  # which is part of what is kept beside it
    said.setdefault("eventID", fact.event_id)
    short = len(fact.context) <= REMEMBERED_CHARACTERS_MAX
    return Event(said, (_remembered if short else _context)(fact.context))


def _context(text: str) -> Context:
    return context_of(loads(text))


_remembered = lru_cache(_context)


def _add(
    rows: Rows, record: Record, number: int, read: Event, said: str, context: str, hash_: str
) -> Position:
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
    rows.owners += (owners := _owners(record, place))
    for _, subject in owners:
        rows.traits[OWNED, 0, subject].append(place)
    return place


def _owners(record: Record, place: Position) -> list[tuple[Position, str]]:
    """Say whom a record concerns, and so who sees what stands at a place of the index."""
    return [(place, one) for one in record.subjects if one.startswith(OWNERS)]


def _movement(record: Record) -> str:
    """Return the id of a movement, by which its record begins."""
    return record.subjects[0].removeprefix("movement:")


def _is(record: Record, movement: str) -> bool:
    """Tell a movement's own record from one that is about it too."""
    return record.type in type_ranks and _movement(record) == movement


def _brought(ledger: Ledger, movements: Collection[str]) -> dict[str, Position]:
    """Say which of some movements an event had brought that is indexed already: the first."""
    if not movements:
        return {}
    with translated(), ledger.engine.connect() as connection:
        asked = select(value.c.value, trait.c.place).join(trait, trait.c.number == value.c.number)
        named = (value.c.name == MOVEMENT, value.c.value.in_(movements))
        found = connection.execute(asked.where(*named).order_by(trait.c.place.desc())).all()
    return {row.value: row.place for row in found}


def lag(ledger: Ledger) -> tuple[Position | None, Position]:
    """Return how far the index has come, and where the ledger ends."""
    with translated(), ledger.engine.connect() as connection:
        return position(connection), ledger.head().position
