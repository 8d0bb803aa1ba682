"""Is a backup as it was written? Rows leave here once the mark behind them has been checked."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from hashlib import sha256
from operator import itemgetter
from typing import Any, BinaryIO

import orjson
from pydantic import TypeAdapter
from sqlalchemy import Table

from custody.backup import tables, values
from custody.backup.errors import Damaged, NotABackup, OtherFormat
from custody.backup.writing import FORMAT, ROWS_A_MARK

LINE_BYTES_MAX = 64 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Header:
    """What the first line says: which program wrote the file, when, and of which books."""

    schema: int
    layout: int
    program: str
    made_at: str
    position: int
    recorded_at: int
    vault_keys: bool


@dataclass(frozen=True, slots=True)
class End:
    """What the last line says: what must come of it."""

    ledger: str
    projections: dict[str, str] | None
    rows: dict[str, int]


@dataclass(frozen=True, slots=True)
class Rows:
    """Some rows of a table, as they were when the backup was made."""

    table: Table
    columns: list[str]
    rows: list[list[Any]]

    def of(self, *names: str) -> Iterator[tuple[Any, ...]]:
        """Return some columns of each row."""
        places = [self.columns.index(name) for name in names]
        return map(itemgetter(*places), self.rows)


_header: TypeAdapter[Header] = TypeAdapter(Header)
_end: TypeAdapter[End] = TypeAdapter(End)


class Reader:
    """Reads a backup from its beginning to its end, once."""

    def __init__(self, file: BinaryIO) -> None:
        self._zip = gzip.GzipFile(fileobj=file, mode="rb")
        self._digest = sha256()
        self._rows: dict[str, int] = {}
        self._place = "line 1"
        self._end: End | None = None
        self.sha256 = ""
        """Of all that has been read but the last line."""
        said = self._first()
        with self._trusted():
            self.header = _header.validate_python(said)

    def chunks(self) -> Iterator[Rows]:
        """Return all rows, some at a time. Raises Damaged before the first that is not right."""
        with self._trusted():
            while "end" not in (said := self._next()):
                yield self._chunk(said)
            self._finish(said)

    @property
    def end(self) -> End:
        """What must come of it; known once all rows have been read."""
        assert self._end is not None, "asked only at the end"
        return self._end

    def _first(self) -> dict[str, Any]:
        try:
            said = self._next()
        except EOFError as error:
            raise Damaged(*_CUT_SHORT, self._place) from error
        except (OSError, zlib.error, ValueError) as error:
            raise NotABackup from error
        if "custody_backup" not in said:
            raise NotABackup
        if said["custody_backup"] != FORMAT:
            raise OtherFormat("format", said["custody_backup"], FORMAT)
        return said

    def _chunk(self, said: dict[str, Any]) -> Rows:
        name, columns, count = said["table"], said["columns"], int(said["rows"])
        table, columns = tables.named(name, columns)
        if table is None or not set(columns) <= set(values.names(table)):
            raise OtherFormat("table", name, ", ".join(tables.BY_NAME))
        if not 1 <= count <= ROWS_A_MARK:
            raise ValueError(count)
        lines = [self._line() for _ in range(count)]
        digest = self._digest.hexdigest()
        _check(self._next(), digest)
        binaries = values.binary(table, columns)
        rows = [values.row(orjson.loads(one), binaries) for one in lines]
        if any(len(row) != len(columns) for row in rows):
            raise ValueError("a row too long or too short")
        self._rows[name] = self._rows.get(name, 0) + count
        self._place = f"{name} {self._rows[name]}"
        return Rows(table, columns, rows)

    def _finish(self, said: dict[str, Any]) -> None:
        _check(said, self.sha256)
        self._end = _end.validate_python(said["end"])
        counted = {name: count for name, count in self._end.rows.items() if count}
        if counted != self._rows or self._zip.read(1):
            raise ValueError("more or fewer rows than were written")

    def _next(self) -> dict[str, Any]:
        self.sha256 = self._digest.hexdigest()
        said = orjson.loads(self._line())
        if not isinstance(said, dict):
            raise ValueError("no object")  # noqa: TRY004 - what stands in a file has a wrong value
        return said

    def _line(self) -> bytes:
        line = self._zip.readline(LINE_BYTES_MAX)
        if not line.endswith(b"\n"):
            raise EOFError
        self._digest.update(line)
        return line

    @contextmanager
    def _trusted(self) -> Iterator[None]:
        try:
            yield
        except EOFError as error:
            raise Damaged(*_CUT_SHORT, self._place) from error
        except (gzip.BadGzipFile, zlib.error, ValueError, LookupError, TypeError) as error:
            raise Damaged(*_ALTERED, self._place) from error


_CUT_SHORT = ("cut short", "不完整")
_ALTERED = ("not as it was written", "与写入时不符")


def _check(said: dict[str, Any], digest: str) -> None:
    if said["sha256"] != digest:
        raise ValueError("not what was written")
