"""What is written into the index at once, and what is taken out of it for good?"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Final
from uuid import uuid4

from sqlalchemy import BigInteger, Connection, Float, Integer, Table, delete, exists, select, update

from custody.exchange.numbers import Numbers
from custody.exchange.tables import (
    EVENTS_A_RECORD,
    attribute,
    event,
    measure,
    reached,
    trait,
    value,
    whose,
)
from custody.exchange.traits import Trait
from custody.ledger import erasing
from custody.ledger.arrays import bigints, floats, ints, texts
from custody.ledger.copying import copy
from custody.terms import Position

KEPT: Final = (event, trait, measure, whose, attribute)
"""What of an event, or of master data, is kept under its place."""

OWNED: Final = "whose"
"""Under this name stands who sees an event, among what it is found by; no parameter asks for it."""

NUMBERS_AT_ONCE: Final = 5_000
"""Values that are taken out at once: so many parameters every driver takes."""

Row = tuple[Any, ...]


@dataclass(slots=True)
class Rows:
    """What is to be written."""

    events: list[Row] = field(default_factory=list)
    traits: defaultdict[Trait, list[Position]] = field(default_factory=lambda: defaultdict(list))
    """By each trait the places of the events that have it: many have the same."""
    measures: list[Row] = field(default_factory=list)
    owners: list[Row] = field(default_factory=list)
    """Whom an event, or master data, concerns by its own record."""
    joining: list[tuple[Position, str]] = field(default_factory=list)
    """Whom an event concerns by a movement that it brought: mostly the same, told already."""
    attributes: list[Row] = field(default_factory=list)
    gone: list[Position] = field(default_factory=list)
    """Positions of records that were destroyed since."""


def write(connection: Connection, rows: Rows, numbers: Numbers) -> None:
    """Write what some records add."""
    named = {(name, each) for name, _, each in rows.traits}
    number_of = numbers.of(named | {(OWNED, subject) for _, subject in rows.joining})
    lists = [
        (number_of[name, each], role, places) for (name, role, each), places in rows.traits.items()
    ]
    # In the order of the table, neighbours are written together.
    lists.sort()
    traits = [(number, place, role) for number, role, places in lists for place in places]
    _add(connection, event, rows.events)
    _add(connection, trait, traits)
    _add(connection, measure, rows.measures)
    _add(connection, whose, rows.owners)
    _add(connection, attribute, rows.attributes)
    joining = [(number_of[OWNED, subject], place, 0) for place, subject in rows.joining]
    _add_missing(connection, trait, joining)
    _add_missing(connection, whose, rows.joining)


def take_out(connection: Connection, positions: Iterable[Position]) -> str:
    """Take out what is kept of some records' events, and each value that no other event has.

    Return the generation that the index has from then on.
    """
    erasing.overwrite_deleted(connection)
    numbers: set[int] = set()
    for destroyed in positions:
        first = destroyed * EVENTS_A_RECORD
        last = first + EVENTS_A_RECORD - 1
        own = select(trait.c.number).where(trait.c.place.between(first, last))
        numbers.update(connection.scalars(own))
        for table in KEPT:
            connection.execute(delete(table).where(table.c.place.between(first, last)))
    held = exists().where(trait.c.number == value.c.number)
    every = sorted(numbers)
    for at in range(0, len(every), NUMBERS_AT_ONCE):
        some = every[at : at + NUMBERS_AT_ONCE]
        connection.execute(delete(value).where(value.c.number.in_(some), ~held))
    # Nobody may remember a number that stands for nothing any more.
    generation = str(uuid4())
    connection.execute(update(reached).values(generation=generation))
    return generation


def _add(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write rows of which none is there yet."""
    if connection.dialect.name == "sqlite":
        _add_missing(connection, table, rows)
    elif rows:
        copy(connection, table, rows)


def _add_missing(connection: Connection, table: Table, rows: Sequence[Row]) -> None:
    """Write those rows that are not there yet."""
    if not rows:
        return
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_statement("sqlite", table), list(rows))
        return
    packed = zip(table.columns, zip(*rows, strict=True), strict=True)
    arrays = tuple(_packer(column.type)(values) for column, values in packed)
    connection.exec_driver_sql(_statement("postgresql", table), arrays)


@lru_cache
def _statement(dialect: str, table: Table) -> str:
    names = ", ".join(column.name for column in table.columns)
    mark, rows = ("?", "values ({})") if dialect == "sqlite" else ("%b", "select * from unnest({})")
    marks = ", ".join(mark for _ in table.columns)
    return f"insert into {table.name} ({names}) {rows.format(marks)} on conflict do nothing"


def _packer(kind: Any) -> Callable[[Iterable[Any]], bytes]:
    if isinstance(kind, Float):
        return floats
    if isinstance(kind, BigInteger):
        return bigints
    return ints if isinstance(kind, Integer) else texts
