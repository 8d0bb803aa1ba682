"""How the ledger is read and written in PostgreSQL."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from typing import Any, Final

from sqlalchemy import Engine

from custody.ledger import searching
from custody.ledger.arrays import bigints, datas, ints, texts
from custody.ledger.errors import Moved, translated
from custody.ledger.records import NOTHING, Appended, Columns, Entry, Head, Past, Record, recorded
from custody.ledger.rows import drawn

KEY_BYTES = 32

_APPEND: Final = (
    "select first_, last_, recorded_at_ from custody_append("
    "%b::bigint, %b::text[], %b::bigint, %b, %b, %b, %b, %b, %b, %b::bytea, %b)"
)
_COLUMNS: Final = (
    'type, version, data, subjects, posted_by, sent_at, remarks, "position", recorded_at, key'
)
_READ: Final = f"select {_COLUMNS}, head from custody_read(%b, %b)"
_SINCE: Final = f"select {_COLUMNS} from custody_since(%b::bigint, %b::int, %b::text[])"
_BETWEEN: Final = (
    f'select {_COLUMNS} from record where "position" > %b::bigint and "position" <= %b::bigint'
    ' order by "position"'
)
_AT: Final = (
    f'select {_COLUMNS} from record where "position" = any(%b::bigint[]) order by "position"'
)
_HEAD: Final = 'select "position", recorded_at from head'
_POSITION_AT: Final = searching.position_at("%b")


class Postgres:
    """Each act is one statement, and so one round trip, with no transaction opened around it."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine.execution_options(isolation_level="AUTOCOMMIT", binary=True)

    def read(self, after: Mapping[str, int]) -> Past:
        rows = self._rows(_READ, (texts(after), bigints(after.values())))
        if rows[0][0] is None:
            return Past([], rows[0][10])
        return Past(recorded(row[:10] for row in rows), rows[0][10])

    def since(self, position: int, limit: int, types: Collection[str]) -> list[Record]:
        rows = self._rows(_SINCE, (position, limit, texts(types) if types else None))
        return recorded(rows)

    def between(self, after: int, last: int) -> Columns:
        rows = self._rows(_BETWEEN, (after, last))
        return Columns(*zip(*rows, strict=True)) if rows else NOTHING

    def at(self, positions: Collection[int]) -> list[Record]:
        return recorded(self._rows(_AT, (bigints(positions),)))

    def head(self) -> Head:
        position, recorded_at = self._rows(_HEAD, ())[0]
        return Head(position, recorded_at)

    def position_at(self, recorded_at: int) -> int:
        return int(self._rows(_POSITION_AT, (recorded_at,))[0][0])

    def append(
        self, entries: Sequence[Entry], now: int, reads: Collection[str] | None, after: int
    ) -> Appended:
        rows = self._rows(
            _APPEND,
            (
                now,
                None if reads is None else texts(reads),
                after,
                texts([entry.type for entry in entries]),
                ints([entry.version for entry in entries]),
                datas([entry.data for entry in entries]),
                texts(["\n".join(entry.subjects) for entry in entries]),
                texts([entry.posted_by for entry in entries]),
                bigints([entry.sent_at for entry in entries]),
                os.urandom(KEY_BYTES * len(entries)),
                datas([entry.remarks for entry in entries]),
            ),
        )
        if not rows:
            raise Moved
        return Appended(*rows[0])

    def _rows(self, statement: str, parameters: tuple[Any, ...]) -> Sequence[Any]:
        with translated(), self._engine.connect() as connection:
            return drawn(connection.exec_driver_sql(statement, parameters))
