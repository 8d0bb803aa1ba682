"""How are many rows of a projection read and written at once, on either engine?"""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from functools import lru_cache
from operator import itemgetter
from sys import intern
from typing import Any

import orjson
from sqlalchemy import BigInteger, Column, Connection, Integer, MetaData, Table

from custody.ledger.arrays import bigints, texts
from custody.ledger.columns import TEXT

Row = dict[str, Any]

metadata = MetaData()
"""Every projection's tables."""


def text(name: str, *, key: bool = False, null: bool = False) -> Column[str]:
    """Make a column of text, compared byte by byte on either engine."""
    return Column(name, TEXT, primary_key=key, nullable=null)


def number(name: str, *, key: bool = False, null: bool = False) -> Column[int]:
    """Make a column of whole numbers: counts, grams, or an instant in milliseconds."""
    return Column(name, BigInteger(), primary_key=key, nullable=null, autoincrement=False)


projected = Table(
    "projected",
    metadata,
    Column("one", Integer(), primary_key=True, autoincrement=False),
    number("position"),
    # How often a rebuild has put other tables in their place: what was read before is stale.
    number("swaps"),
    number("layout"),
)
"""One row: up to which position the projections reflect the ledger, all of them alike."""


def load(connection: Connection, column: Column[Any], values: Collection[str]) -> list[Row]:
    """Return the rows of a table whose column has one of the values."""
    if not values:
        return []
    table = column.table
    assert isinstance(table, Table), "columns are those of tables"
    found = _each(connection, _select(connection.dialect.name, table, column.name), values)
    named = names(table)
    return [dict(zip(named, row, strict=True)) for row in found.fetchall()]


def clear(connection: Connection, table: Table, column: str, values: Collection[str]) -> None:
    """Delete the rows of a table whose column has one of the values."""
    if values:
        _each(connection, _delete(connection.dialect.name, table, column), values)


def upsert(connection: Connection, table: Table, rows: Sequence[Mapping[str, Any]]) -> None:
    """Write rows; one whose key is there already takes its place."""
    if not rows:
        return
    named = names(table)
    values = map(itemgetter(*named), rows)
    if connection.dialect.name == "sqlite":
        connection.exec_driver_sql(_upsert_sqlite(table), list(values))
    else:
        columns = zip(table.columns, zip(*values, strict=True), strict=True)
        arrays = tuple(_packer(column)(each) for column, each in columns)
        connection.exec_driver_sql(_upsert_postgres(table), arrays)


@lru_cache
def names(table: Table) -> tuple[str, ...]:
    """Return the names of a table's columns as plain text, as those are that name rows' values.

    SQLAlchemy's own are of a class of its own, by which every value is found three times as slowly.
    """
    return tuple(intern(str(column.name)) for column in table.columns)


def _each(connection: Connection, statement: str, values: Collection[str]) -> Any:
    if connection.dialect.name == "sqlite":
        return connection.exec_driver_sql(statement, (orjson.dumps(list(values)).decode(),))
    return connection.exec_driver_sql(statement, (texts(values),))


def _packer(column: Column[Any]) -> Callable[[Iterable[Any]], bytes]:
    return bigints if isinstance(column.type, BigInteger) else texts


@lru_cache
def _select(dialect: str, table: Table, column: str) -> str:
    names = ", ".join(each.name for each in table.columns)
    return f"select {names} from {table.name} where {_is_one_of(dialect, column)}"


@lru_cache
def _delete(dialect: str, table: Table, column: str) -> str:
    return f"delete from {table.name} where {_is_one_of(dialect, column)}"


def _is_one_of(dialect: str, column: str) -> str:
    if dialect == "sqlite":
        return f"{column} in (select value from json_each(?))"
    return f"{column} = any(%b)"


@lru_cache
def _upsert_sqlite(table: Table) -> str:
    marks = ", ".join("?" for _ in table.columns)
    return f"{_into(table)} values ({marks}) {_instead(table)}"


@lru_cache
def _upsert_postgres(table: Table) -> str:
    arrays = ", ".join("%b" for _ in table.columns)
    return f"{_into(table)} select * from unnest({arrays}) {_instead(table)}"


def _into(table: Table) -> str:
    return f"insert into {table.name} ({', '.join(column.name for column in table.columns)})"


def _instead(table: Table) -> str:
    keys = ", ".join(column.name for column in table.primary_key)
    others = [column.name for column in table.columns if not column.primary_key]
    values = ", ".join(f"{name} = excluded.{name}" for name in others)
    return f"on conflict ({keys}) do {f'update set {values}' if values else 'nothing'}"
