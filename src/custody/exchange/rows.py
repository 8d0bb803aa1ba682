"""What is written into the index at once, and what is taken out of it for good?"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
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
from custody.ledger.arrays import bigints, ints, texts
from custody.terms import Position

KEPT: Final = (event, trait, measure, whose, attribute)
"""What of an event, or of master data, is kept under its place."""

TWICE: Final = "on conflict do nothing"
"""Whom an event concerns may be said by its record and by the movement that it brought."""

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
    attributes: list[Row] = field(default_factory=list)
    gone: list[Position] = field(default_factory=list)
    """Positions of records that were destroyed since."""


def write(connection: Connection, rows: Rows, numbers: Numbers) -> None:
    """Write what some records add, and take out what was destroyed."""
    number_of = numbers.of({(name, each) for name, _, each in rows.traits})
    lists = [
        (number_of[name, each], role, places) for (name, role, each), places in rows.traits.items()
    ]
    # In the order of the table, neighbours are written together.
    lists.sort()
    traits = [(number, place, role) for number, role, places in lists for place in places]
    _insert(connection, event, rows.events)
    _insert(connection, trait, traits)
    _insert(connection, measure, rows.measures)
    _insert(connection, whose, rows.owners)
    _insert(connection, attribute, rows.attributes)
    if rows.gone:
        _take_out(connection, rows.gone)


def _take_out(connection: Connection, positions: Iterable[Position]) -> None:
    """Take out what is kept of some records' events, and each value that no other event has."""
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
    connection.execute(update(reached).values(generation=str(uuid4())))


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
    if isinstance(kind, BigInteger):
        return bigints(values)
    return ints(values) if isinstance(kind, Integer) else texts(values)
