"""Is each of some records found under every subject that it names, and is each subject counted on?

`about` is what histories, chains and heads are read by. Whoever exchanges one name for another in
it leaves as many rows as before, and takes a fact from its battery: so each name of each record is
looked up. That nothing else stands there, the number of rows tells.
"""

from collections.abc import Iterator, Sequence
from typing import Final, NamedTuple

from orjson import dumps
from sqlalchemy import Connection, func, select

from custody.ledger import Ledger, Record
from custody.ledger.arrays import bigints, texts
from custody.ledger.errors import translated
from custody.ledger.tables import about
from custody.log.store import binary
from custody.terms import Position, Subject

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

PARTS_MAX: Final = 256
"""Of all names: few enough that their bounds are found at once."""


class Names(NamedTuple):
    """Names that follow one another, and up to which position of the ledger."""

    first: Subject
    before: Subject | None
    until: Position


def missing(connection: Connection, records: Sequence[Record]) -> Iterator[Position]:
    """Return which of some records that follow one another are not found under all their names."""
    if _are_found(connection, records):
        return
    yield from (one.position for one in records if not _are_found(connection, [one]))


def parted(ledger: Ledger, until: Position, span: int) -> list[Names]:
    """Part all names into as many stretches as there are of the ledger, up to PARTS_MAX.

    Bounds are names of records from all over it, of which the more there are the more rows lie
    between: so all parts have about as many. Whatever they are, no name lies in none.
    """
    count = max(1, min(PARTS_MAX, until // span))
    some = ledger.at([1 + until * number // count for number in range(count)]) if until else []
    names = sorted({name for one in some for name in one.subjects})
    bounds = ["", *(names[len(names) * number // count] for number in range(1, count) if names)]
    return [Names(*one, until) for one in zip(bounds, [*bounds[1:], None], strict=True)]


def misnumbered(ledger: Ledger, names: Names) -> Position | None:
    """Return the first position at which one of the names has another version than it should.

    The next fact's leaf goes on from the version that stands there: whoever writes another has a
    gap sealed that nobody left. The table is in the order of its subjects: to count them in one
    walk takes less than to look the one before it up for each row.
    """
    walk = func.row_number().over(partition_by=about.c.subject, order_by=about.c.position)
    rows = select(about.c.position, about.c.version, walk.label("counted"))
    rows = rows.where(about.c.position <= names.until, about.c.subject >= names.first)
    if names.before is not None:
        rows = rows.where(about.c.subject < names.before)
    counted = rows.subquery()
    wrong = counted.c.version != counted.c.counted
    with translated(), ledger.engine.connect() as connection:
        asked = select(func.min(counted.c.position)).where(wrong)
        first: Position | None = connection.scalar(asked)
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
