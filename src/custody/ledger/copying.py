"""How do many rows get into a table of PostgreSQL with the least work? By its COPY."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain, repeat
from struct import Struct
from typing import Any, Final

from sqlalchemy import BigInteger, Connection, Float, Integer, Table

from custody.ledger.arrays import bigint_fields, float_fields, int_fields, text_fields

# No flags, and nothing behind them; after the last row a count of fields that no row has.
_BEGIN: Final = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COUNT: Final = Struct(">h").pack
_END: Final = _COUNT(-1)


def copy(connection: Connection, table: Table, rows: Sequence[Sequence[Any]]) -> None:
    """Write rows, each in the order of the table's columns, of which none may be there yet.

    The server fills whole pages and logs each once. An insert does so row by row, and one that
    looks for conflicts writes each row twice into the log.
    """
    columns = zip(table.columns, zip(*rows, strict=True), strict=True)
    fields = [_written(column.type)(values) for column, values in columns]
    count = repeat(_COUNT(len(fields)), len(rows))
    body = b"".join(chain.from_iterable(zip(count, *fields, strict=True)))
    names = ", ".join(column.name for column in table.columns)
    statement = f"copy {table.name} ({names}) from stdin (format binary)"
    driver: Any = connection.connection
    with driver.cursor() as cursor, cursor.copy(statement) as copying:
        copying.write(_BEGIN + body + _END)


def _written(kind: Any) -> Callable[[Iterable[Any]], list[bytes]]:
    if isinstance(kind, Float):
        return float_fields
    if isinstance(kind, BigInteger):
        return bigint_fields
    return int_fields if isinstance(kind, Integer) else text_fields
