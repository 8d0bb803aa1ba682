"""Is each of some records found under every subject that it names, and is each subject counted on?

`about` is what histories, chains and heads are read by. Whoever exchanges one name for another in
it leaves as many rows as before, and takes a fact from its battery: so each name of each record is
looked up. That nothing else stands there, the number of rows tells.
"""

from collections.abc import Iterator, Sequence
from typing import Final

from orjson import dumps
from sqlalchemy import Connection, func, select

from custody.ledger import Record
from custody.ledger.arrays import bigints, texts
from custody.ledger.tables import about
from custody.log.store import binary
from custody.terms import Position

# `cross join` is SQLite's way to fix the order: the names first, each looked up by key.
_FOUND_SQLITE: Final = """
select count(*) from json_each(?) r cross join json_each(r.value) s cross join about a
where a.subject = s.value and a.position = ? + r.key
"""
_FOUND_POSTGRES: Final = """
select count(*) from unnest(%b::text[], %b::bigint[]) s(subject, "position") cross join lateral (
    select from about where subject = s.subject collate "C" and "position" = s."position" limit 1
) a
"""


def missing(connection: Connection, records: Sequence[Record]) -> Iterator[Position]:
    """Return which of some records that follow one another are not found under all their names."""
    if _are_found(connection, records):
        return
    yield from (one.position for one in records if not _are_found(connection, [one]))


def misnumbered(connection: Connection, until: Position) -> Position | None:
    """Return the first position at which a subject has another version than it should; or None.

    The next fact's leaf goes on from the version that stands there: whoever writes another has a
    gap sealed that nobody left. The table is in the order of its subjects: to count them in one
    walk takes less than to look the one before it up for each row.
    """
    walk = func.row_number().over(partition_by=about.c.subject, order_by=about.c.position)
    rows = select(about.c.position, about.c.version, walk.label("counted"))
    counted = rows.where(about.c.position <= until).subquery()
    wrong = counted.c.version != counted.c.counted
    first: Position | None = connection.scalar(select(func.min(counted.c.position)).where(wrong))
    return first


def _are_found(connection: Connection, records: Sequence[Record]) -> bool:
    names = [one.subjects for one in records]
    if connection.dialect.name == "sqlite":
        asked = (dumps(names).decode(), records[0].position if records else 0)
        rows = connection.exec_driver_sql(_FOUND_SQLITE, asked)
    else:
        places = [one.position for one in records for _ in one.subjects]
        flat = [name for own in names for name in own]
        rows = binary(connection).exec_driver_sql(_FOUND_POSTGRES, (texts(flat), bigints(places)))
    return int(rows.one()[0]) == sum(map(len, names))
