"""How fast can the same rows be written by the database alone? The floor under every ledger."""

import sqlite3
import time
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

import psycopg
from sqlalchemy import select
from sqlalchemy.engine import make_url

from custody.ledger import create_schema, open_engine
from custody.ledger.tables import about, record

RECORD_TYPES: Final = (
    *("int8", "int8", "text", "int4", "bytea", "text", "text", "int8", "bytea", "bytea"),
)
ABOUT_TYPES: Final = ("text", "int8", "int8")
COPY: Final = "copy {} from stdin (format binary)"

RECORD_COLUMNS: Final = tuple(column.name for column in record.columns)

Rows = list[tuple[Any, ...]]


@dataclass(frozen=True, slots=True)
class Batch:
    """The rows of the ledger's two tables that one commit writes."""

    records: Rows
    abouts: Rows


def rows(url: str, size: int) -> list[Batch]:
    """Read back what a ledger holds, cut into batches of so many records."""
    engine = open_engine(url)
    with engine.connect() as connection:
        records = [tuple(row) for row in connection.execute(select(record).order_by("position"))]
        abouts = [tuple(row) for row in connection.execute(select(about).order_by("position"))]
    engine.dispose()
    batches = [Batch(records[i : i + size], []) for i in range(0, len(records), size)]
    for row in abouts:
        batches[(row[1] - 1) // size].abouts.append(row)
    return batches


def copy(url: str, batches: Sequence[Batch]) -> float:
    """Write the batches with binary COPY, a commit each; return the seconds it took."""
    _lay_out(url)
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn) as connection, connection.cursor() as cursor:
        begun = time.perf_counter()
        for batch in batches:
            _copy(cursor, "record", RECORD_TYPES, batch.records)
            _copy(cursor, "about", ABOUT_TYPES, batch.abouts)
            connection.commit()
        return time.perf_counter() - begun


def executemany(url: str, batches: Sequence[Batch]) -> float:
    """Write the batches with executemany, a commit each; return the seconds it took."""
    _lay_out(url)
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    connection.execute("pragma synchronous = full")
    into_record = f"insert into record values ({', '.join('?' * len(RECORD_COLUMNS))})"
    begun = time.perf_counter()
    for batch in batches:
        connection.execute("begin immediate")
        connection.executemany(into_record, batch.records)
        connection.executemany("insert into about values (?, ?, ?)", batch.abouts)
        connection.execute("commit")
    seconds = time.perf_counter() - begun
    connection.close()
    return seconds


def _copy(cursor: psycopg.Cursor[Any], table: str, types: Sequence[str], rows: Rows) -> None:
    with cursor.copy(COPY.format(table)) as copying:
        copying.set_types(types)
        for row in rows:
            copying.write_row(row)


def _lay_out(url: str) -> None:
    engine = open_engine(url)
    create_schema(engine)
    engine.dispose()
