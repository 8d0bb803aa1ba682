"""How do many rows get into a table at once, just as they were?"""

from collections.abc import Callable, Iterable, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import BigInteger, Column, Connection, Integer, LargeBinary, Table

from custody.ledger.arrays import bigints, datas, ints, texts
from custody.ledger.tables import about

WORK_MEMORY = "256MB"

# The versions are not in the file: they follow from the order of the records, as they did at first.
# In the order of its key, so that a table of many millions grows at its end alone.
_INDEX = """
insert into about (subject, position, version)
select subject, position, row_number() over (partition by subject order by position)
from {named} order by subject, position
"""
_NAMED_POSTGRES = """(
    select s.subject, r."position" from record r
    cross join lateral unnest(string_to_array(r.subjects, E'\\n') collate "C") s(subject)
) named"""
_TAKE_NAMES = "create temp table named (subject text not null, position integer not null)"
_FROM_ARRAYS = "select * from unnest({})"
_NAME = "insert into named (subject, position) values (?, ?)"


def insert(
    connection: Connection, table: Table, columns: Sequence[str], rows: Sequence[Sequence[Any]]
) -> None:
    """Insert rows as they are, in one statement."""
    named = ", ".join(f'"{name}"' for name in columns)
    into = f"insert into {table.name} ({named})"
    if connection.dialect.name == "sqlite":
        marks = ", ".join("?" for _ in columns)
        connection.exec_driver_sql(f"{into} values ({marks})", [tuple(row) for row in rows])
        return
    arrays = ", ".join("%b" for _ in columns)
    packed = tuple(
        _packer(table.c[name])(map(itemgetter(place), rows)) for place, name in enumerate(columns)
    )
    connection.exec_driver_sql(f"{into} {_FROM_ARRAYS.format(arrays)}", packed)


class Subjects:
    """The index of what each record is about, made once all of them are there."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection
        self._on_sqlite = connection.dialect.name == "sqlite"
        if self._on_sqlite:
            connection.exec_driver_sql(_TAKE_NAMES)

    def take(self, records: Iterable[tuple[int, str]]) -> None:
        """Note the subjects of some records; PostgreSQL finds them in the records by itself."""
        if not self._on_sqlite:
            return
        named = [
            (subject, position)
            for position, subjects in records
            for subject in (subjects.split("\n") if subjects else ())
        ]
        if named:
            self._connection.exec_driver_sql(_NAME, named)

    def index(self) -> None:
        """Fill `about`."""
        if self._on_sqlite:
            self._connection.exec_driver_sql(_INDEX.format(named="named"))
            self._connection.exec_driver_sql("drop table named")
        else:
            self._connection.exec_driver_sql(f"set local work_mem = '{WORK_MEMORY}'")
            self._connection.exec_driver_sql(_INDEX.format(named=_NAMED_POSTGRES))
            self._connection.exec_driver_sql(f"analyze record, {about.name}")


def _packer(column: Column[Any]) -> Callable[[Iterable[Any]], bytes]:
    if isinstance(column.type, LargeBinary):
        return datas
    if isinstance(column.type, BigInteger):
        return bigints
    return ints if isinstance(column.type, Integer) else texts
