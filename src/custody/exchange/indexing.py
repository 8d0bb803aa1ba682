"""What do the next records of the ledger add to the index? Each event, and by what it is found."""

from collections.abc import Sequence
from functools import lru_cache
from json import loads
from typing import Any, Final

import msgspec
from sqlalchemy import Connection, select, update

from custody.epcis.context import Context
from custody.epcis.context import context as context_of
from custody.epcis.event import Event
from custody.events import decode
from custody.events.fact import type_ranks
from custody.exchange import describing
from custody.exchange.adding import MOVEMENT, Tell, add, movement_of, owners_of, tell_of
from custody.exchange.captured import TYPE
from custody.exchange.letting_go import bringing, let_go
from custody.exchange.numbers import Numbers
from custody.exchange.rows import Rows, write
from custody.exchange.tables import EVENTS_A_RECORD, reached, start
from custody.exchange.written import Fact, read_fact
from custody.ledger import Ledger, Record, writing
from custody.ledger.errors import translated
from custody.terms import Position

RECORDS_MAX: Final = 1_000
"""Records a transaction."""

REMEMBERED_CHARACTERS_MAX: Final = 4_000
"""Of a context that is not read anew for each of the events that have it in common."""


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
        if rows.gone:
            numbers = let_go(connection, ledger, rows.gone, last, tell, numbers.last)
        if numbers.last > at.numbers:
            connection.execute(update(reached).values(numbers=numbers.last))
    numbers.remember()
    return last


def rows_of(ledger: Ledger, records: Sequence[Record], tell: Tell) -> Rows:
    """Say what some records add."""
    told = tell(ledger, [one for one in records if one.type != TYPE])
    rows = Rows()
    movements = {movement_of(one) for one in records if one.type in type_ranks}
    with translated(), ledger.engine.connect() as connection:
        brought = bringing(connection, movements)
    for record in records:
        if record.type == TYPE and record.redacted:
            continue
        if record.type == TYPE:
            fact = read_fact(record.data)
            event = _captured(fact)
            place = add(rows, record, 0, event, fact.said, fact.context, fact.hash)
            for id_ in dict.fromkeys(fact.movements):
                rows.traits[MOVEMENT, 0, id_].append(place)
                brought.setdefault(id_, place)
        elif record.type == describing.TYPE and not record.redacted:
            rows.attributes += describing.rows(record)
            place = record.position * EVENTS_A_RECORD
            rows.owners += owners_of(record, place)
        elif record.type == "redaction":
            rows.gone.append(decode(record.type, record.version, record.data).position)
        elif record.type in type_ranks and (id_ := movement_of(record)) in brought:
            # Its partner's own words stand for it; whose it is now, theirs is as well.
            rows.joining += owners_of(record, brought[id_])
            continue
        tell_of(rows, record, told.get(record.position, ()))
    return rows


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


def lag(ledger: Ledger) -> tuple[Position | None, Position]:
    """Return how far the index has come, and where the ledger ends."""
    with translated(), ledger.engine.connect() as connection:
        return position(connection), ledger.head().position
