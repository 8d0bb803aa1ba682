"""How the ledger is read and written in SQLite."""

from __future__ import annotations

import os
from collections.abc import Collection, Mapping, Sequence
from itertools import accumulate, pairwise
from typing import Any, Final

import orjson
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DataError

from custody.ledger import searching
from custody.ledger.engines import writing
from custody.ledger.errors import Moved, translated
from custody.ledger.records import Appended, Columns, Entry, Head, Past, Record, recorded
from custody.ledger.rows import drawn

KEY_BYTES = 32

_COLUMNS: Final = (
    "type, version, data, subjects, posted_by, sent_at, remarks, position, recorded_at, key"
)
# `cross join` is SQLite's way to fix the order: the names first, each looked up by key.
_READ: Final = f"""
select {_COLUMNS} from record where position in (
    select a.position from json_each(?) s cross join about a
    where a.subject = s.key and a.position > s.value
) order by position
"""
_SINCE: Final = f"select {_COLUMNS} from record where position > ? order by position limit ?"
_SINCE_OF_TYPES: Final = f"""
select {_COLUMNS} from record
where position > ? and type in (select value from json_each(?))
order by position limit ?
"""
# Side by side already: for each row the driver lets go of Python and takes it again, and it locks
# for each value. JSON holds no bytes: these come one behind another, with their lengths.
_BETWEEN: Final = """
select json_group_array(type), json_group_array(version),
    cast(group_concat(data, '') as blob), json_group_array(length(cast(data as blob))),
    json_group_array(subjects), json_group_array(posted_by), json_group_array(sent_at),
    cast(group_concat(remarks, '') as blob), json_group_array(length(cast(remarks as blob))),
    json_group_array(position), json_group_array(recorded_at),
    cast(group_concat(key, '') as blob), json_group_array(length(cast(key as blob)))
from record where position > ? and position <= ?
"""
_AT: Final = f"""
select {_COLUMNS} from record where position in (select value from json_each(?)) order by position
"""
_HEAD: Final = "select position, recorded_at from head"
_POSITION_AT: Final = searching.position_at("?")
_MOVED: Final = """
select 1 from json_each(?) s cross join about a
where a.subject = s.value and a.position > ? limit 1
"""
_VERSIONS: Final = """
select s.value, (
    select a.version from about a where a.subject = s.value order by a.position desc limit 1
) from json_each(?) s
"""
_RECORD: Final = """
insert into record (type, version, data, subjects, posted_by, sent_at, remarks,
                    position, recorded_at, key) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
"""
_ABOUT: Final = "insert into about (subject, position, version) values (?, ?, ?)"
_HEAD_TO: Final = "update head set position = ?, recorded_at = ?"


class Sqlite:
    """Reads see one snapshot; writes hold the database's only write lock from their beginning."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def read(self, after: Mapping[str, int]) -> Past:
        asked = orjson.dumps(after).decode()
        with translated(), self._engine.connect() as connection:
            position = _head(connection).position
            rows = _rows(connection, _READ, (asked,)) if after else []
        return Past(recorded(rows), position)

    def since(self, position: int, limit: int, types: Collection[str]) -> list[Record]:
        with translated(), self._engine.connect() as connection:
            if types:
                rows = _rows(connection, _SINCE_OF_TYPES, (position, _names(types), limit))
            else:
                rows = _rows(connection, _SINCE, (position, limit))
        return recorded(rows)

    def between(self, after: int, last: int) -> Columns:
        try:
            return self._side_by_side(after, last)
        except DataError:  # longer together than SQLite lets one value be: 10^9 bytes
            middle = (after + last) // 2
            if middle == after:
                raise
            halves: tuple[Any, Any] = (self.between(after, middle), self.between(middle, last))
            return Columns(*([*first, *second] for first, second in zip(*halves, strict=True)))

    def _side_by_side(self, after: int, last: int) -> Columns:
        with translated(), self._engine.connect() as connection:
            (found,) = _rows(connection, _BETWEEN, (after, last))
        type_, version, data, data_bytes, subjects, *others = found
        posted_by, sent_at, remarks, remarks_bytes, position, recorded_at, key, key_bytes = others
        return Columns(
            orjson.loads(type_),
            orjson.loads(version),
            _parted(data, data_bytes),
            orjson.loads(subjects),
            orjson.loads(posted_by),
            orjson.loads(sent_at),
            _parted(remarks, remarks_bytes),
            orjson.loads(position),
            orjson.loads(recorded_at),
            _parted(key, key_bytes),
        )

    def at(self, positions: Collection[int]) -> list[Record]:
        asked = orjson.dumps(list(positions)).decode()
        with translated(), self._engine.connect() as connection:
            return recorded(_rows(connection, _AT, (asked,)))

    def head(self) -> Head:
        with translated(), self._engine.connect() as connection:
            return _head(connection)

    def position_at(self, recorded_at: int) -> int:
        with translated(), self._engine.connect() as connection:
            return int(_rows(connection, _POSITION_AT, (recorded_at,))[0][0])

    def append(
        self, entries: Sequence[Entry], now: int, reads: Collection[str] | None, after: int
    ) -> Appended:
        keys = bytearray(os.urandom(KEY_BYTES * len(entries)))  # which the driver takes sooner
        with writing(self._engine) as connection:
            before = _head(connection)
            _guard(connection, before, reads, after)
            recorded_at = max(now, before.recorded_at)
            first, last = before.position + 1, before.position + len(entries)
            connection.exec_driver_sql(
                _RECORD,
                [
                    (
                        entry.type,
                        entry.version,
                        entry.data,
                        "\n".join(entry.subjects),
                        entry.posted_by,
                        entry.sent_at,
                        entry.remarks,
                        first + i,
                        recorded_at,
                        keys[KEY_BYTES * i : KEY_BYTES * (i + 1)],
                    )
                    for i, entry in enumerate(entries)
                ],
            )
            abouts = _abouts(connection, entries, first)
            if abouts:
                connection.exec_driver_sql(_ABOUT, abouts)
            connection.exec_driver_sql(_HEAD_TO, (last, recorded_at))
        return Appended(first, last, recorded_at)


def _guard(connection: Connection, head: Head, reads: Collection[str] | None, after: int) -> None:
    if head.position <= after:
        return
    if reads is None or (reads and _rows(connection, _MOVED, (_names(reads), after))):
        raise Moved


def _abouts(
    connection: Connection, entries: Sequence[Entry], first: int
) -> list[tuple[str, int, int]]:
    names = {subject for entry in entries for subject in entry.subjects}
    versions = {name: last or 0 for name, last in _rows(connection, _VERSIONS, (_names(names),))}
    abouts = []
    for position, entry in enumerate(entries, first):
        for subject in entry.subjects:
            versions[subject] += 1
            abouts.append((subject, position, versions[subject]))
    return abouts


def _names(names: Collection[str]) -> str:
    """Many names as one parameter, so that the statement and its plan are always the same."""
    return orjson.dumps(list(names)).decode()


def _head(connection: Connection) -> Head:
    position, recorded_at = _rows(connection, _HEAD, ())[0]
    return Head(position, recorded_at)


def _parted(content: bytes | None, lengths: str) -> list[Any]:
    """Cut what lies one behind another; what has no length is not there."""
    of: list[int | None] = orjson.loads(lengths)
    if content is None:
        return of
    bounds = accumulate((length or 0 for length in of), initial=0)
    parts = [content[begin:end] for begin, end in pairwise(bounds)]
    if None in of:
        return [None if length is None else one for one, length in zip(parts, of, strict=True)]
    return parts


def _rows(connection: Connection, statement: str, parameters: tuple[Any, ...]) -> Sequence[Any]:
    return drawn(connection.exec_driver_sql(statement, parameters))
