"""What do the next records of the ledger add to the index? Each event, and by what it is found."""

from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from json import loads
from typing import Any, Final, NamedTuple

import orjson
from sqlalchemy import BigInteger, Connection, Float, Table, delete, select, update

from custody.epcis.context import context as context_of
from custody.epcis.event import Event
from custody.epcis.hashing import event_hash
from custody.events.captured import EventCaptured
from custody.events.fact import type_ranks
from custody.exchange import describing
from custody.exchange.captured import TYPE
from custody.exchange.tables import (
    EVENTS_A_RECORD,
    LAYOUT,
    attribute,
    event,
    measure,
    reached,
    trait,
    whose,
)
from custody.exchange.traits import traits
from custody.ledger import Ledger, Record, writing
from custody.ledger.arrays import bigints, texts
from custody.ledger.errors import translated
from custody.terms import Position

RECORDS_MAX: Final = 1_000
"""Records a transaction."""

OWNERS: Final = ("site:", "organisation:")
"""Kinds of subject that see an event about them."""

OWNED: Final = "whose"
"""Under this name they stand among what an event is found by; no parameter asks for it."""

MOVEMENT: Final = "movement"
"""Under this name stands which movement of ours an event brought."""

TWICE: Final = "on conflict do nothing"
"""Whom an event concerns may be said by its record and by the movement that it brought."""

Row = tuple[Any, ...]


class Told(NamedTuple):
    """One of our own facts, told as an event."""

    said: dict[str, Any]
    context: Any


Tell = Callable[[Ledger, Sequence[Record]], dict[Position, Sequence[Told]]]
"""Tells the movements among some records as events, by position."""


class Overtaken(Exception):
    """Another has indexed these records; nothing was written."""


@dataclass(slots=True)
class Rows:
    """What is to be written."""

    events: list[Row] = field(default_factory=list)
    traits: list[Row] = field(default_factory=list)
    measures: list[Row] = field(default_factory=list)
    owners: list[Row] = field(default_factory=list)
    attributes: list[Row] = field(default_factory=list)
    gone: list[Position] = field(default_factory=list)
    """Positions of records that were destroyed since."""


def begin(ledger: Ledger) -> None:
    """Begin to index, if nobody has yet."""
    with writing(ledger.engine) as connection:
        if connection.scalar(select(reached.c.position)) is None:
            connection.execute(reached.insert().values(one=1, position=0, layout=LAYOUT))


def position(connection: Connection) -> Position | None:
    """Return how far the index has come; None while nobody has asked for events yet."""
    found: int | None = connection.scalar(select(reached.c.position))
    return found


def step(ledger: Ledger, tell: Tell, limit: int = RECORDS_MAX) -> Position | None:
    """Index the next records in one transaction; return how far that goes, None if it has begun
    with nothing. Raises Overtaken.
    """
    with translated(), ledger.engine.connect() as connection:
        after = position(connection)
    if after is None:
        return None
    records = ledger.since(after, limit)
    if not records:
        return after
    rows = rows_of(ledger, records, tell)
    last = records[-1].position
    with writing(ledger.engine, durable=False) as connection:
        moved = update(reached).where(reached.c.position == after).values(position=last)
        if not connection.execute(moved).rowcount:
            raise Overtaken
        _write(connection, rows)
    return last


def rows_of(ledger: Ledger, records: Sequence[Record], tell: Tell) -> Rows:
    """Say what some records add."""
    told = tell(ledger, [one for one in records if one.type != TYPE])
    rows = Rows()
    movements = {_movement(one) for one in records if one.type in type_ranks}
    brought = _brought(ledger, movements)
    for record in records:
        if record.type == TYPE:
            fact = EventCaptured.model_validate_json(record.data)
            event = _captured(fact)
            place = _add(rows, record, 0, event, fact.said, fact.context, fact.hash)
            for id_ in fact.movements:
                rows.traits.append((MOVEMENT, id_, place))
                brought.setdefault(id_, place)
        elif record.type == describing.TYPE:
            rows.attributes += describing.rows(record)
            place = record.position * EVENTS_A_RECORD
            rows.owners += [(place, one) for one in record.subjects if one.startswith(OWNERS)]
        elif record.type == "redaction":
            rows.gone += _told_of(ledger, loads(record.data))
        elif record.type in type_ranks and (id_ := _movement(record)) in brought:
            # Its partner's own words stand for it; whose it is now, theirs is as well.
            _own(rows, record, brought[id_])
            continue
        for number, one in enumerate(told.get(record.position, ())):
            read = Event(one.said, context_of(one.context))
            said = orjson.dumps(one.said).decode()
            context = orjson.dumps(one.context).decode()
            _add(rows, record, number, read, said, context, event_hash(read))
    return rows


def _told_of(ledger: Ledger, destroyed: dict[str, Any]) -> list[Position]:
    """Name the records whose events told a movement that was destroyed: it, and what took it
    back, for that tells it again.
    """
    about = ledger.read([f"movement:{destroyed['movement']}"]).records
    return [destroyed["position"], *(one.position for one in about)]


def _captured(fact: EventCaptured) -> Event:
    """Read a captured event again: it was sound when it came."""
    said = loads(fact.said)
    said.pop("@context", None)  # which is part of what is kept beside it
    said.setdefault("eventID", fact.event_id)
    return Event(said, context_of(loads(fact.context)))


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
    rows.traits += [(name, value, place) for name, value in sorted(found.values)]
    rows.measures += [(name, place, value) for name, value in sorted(found.numbers)]
    _own(rows, record, place)
    return place


def _own(rows: Rows, record: Record, place: Position) -> None:
    """Let those whom a record concerns see an event."""
    owners = [one for one in record.subjects if one.startswith(OWNERS)]
    rows.owners += [(place, one) for one in owners]
    rows.traits += [(OWNED, one, place) for one in owners]


def _movement(record: Record) -> str:
    """Return the id of a movement, by which its record begins."""
    return record.subjects[0].removeprefix("movement:")


def _brought(ledger: Ledger, movements: Collection[str]) -> dict[str, Position]:
    """Say which of some movements an event had brought that is indexed already."""
    if not movements:
        return {}
    with translated(), ledger.engine.connect() as connection:
        asked = select(trait.c.value, trait.c.place).where(trait.c.name == MOVEMENT)
        found = connection.execute(asked.where(trait.c.value.in_(movements))).all()
    return {row.value: row.place for row in found}


def _write(connection: Connection, rows: Rows) -> None:
    _insert(connection, event, rows.events)
    _insert(connection, trait, rows.traits)
    _insert(connection, measure, rows.measures)
    _insert(connection, whose, rows.owners)
    _insert(connection, attribute, rows.attributes)
    for destroyed in rows.gone:
        for table in (event, trait, measure, whose):
            first = destroyed * EVENTS_A_RECORD
            within = table.c.place.between(first, first + EVENTS_A_RECORD - 1)
            connection.execute(delete(table).where(within))


def _insert(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_statement("sqlite", table), list(rows))
        return
    packed = zip(table.columns, zip(*rows, strict=True), strict=True)
    arrays = tuple(_array(column.type, values) for column, values in packed)
    connection.exec_driver_sql(_statement("postgresql", table), arrays)


@lru_cache
def _statement(dialect: str, table: Table) -> str:
    names = ", ".join(column.name for column in table.columns)
    into = f"insert into {table.name} ({names})"
    if dialect == "sqlite":
        return f"{into} values ({', '.join('?' for _ in table.columns)}) {TWICE}"
    arrays = ", ".join(
        "%b::text[]::float8[]" if isinstance(column.type, Float) else "%b"
        for column in table.columns
    )
    return f"{into} select * from unnest({arrays}) {TWICE}"  # noqa: S608 - made of our own names


def _array(kind: Any, values: Iterable[Any]) -> bytes:
    """Pack a column of values for PostgreSQL; floating-point numbers travel as text."""
    if isinstance(kind, Float):
        return texts(map(repr, values))
    return bigints(values) if isinstance(kind, BigInteger) else texts(values)


def lag(ledger: Ledger) -> tuple[Position | None, Position]:
    """Return how far the index has come, and where the ledger ends."""
    with translated(), ledger.engine.connect() as connection:
        return position(connection), ledger.head().position
