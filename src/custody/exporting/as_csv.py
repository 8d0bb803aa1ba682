"""How do facts stand in CSV (RFC 4180)? With a header; lists as JSON; nothing where nothing is."""

import csv
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from io import StringIO
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from custody.exporting.batches import Batch, Values
from custody.exporting.columns import COLUMNS, LISTS, NAMES, Kind
from custody.exporting.filling import Lists
from custody.exporting.formats import READ_AT_ONCE, Unreadable
from custody.terms import millis, rfc3339

FIELD_CHARACTERS_MAX: Final = 64 * 1024 * 1024


class Writer:
    """Puts facts into a file."""

    filled = Lists

    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._put([NAMES])

    def add(self, facts: Batch) -> None:
        """Write them, each on a line."""
        size = len(facts[0] or ())
        columns = [_written(write, one, size) for write, one in zip(_WRITE, facts, strict=True)]
        self._put(list(zip(*columns, strict=True)))

    def finish(self, told: Mapping[str, str]) -> None:
        """Write nothing more: lines have no place for what is told of the file."""

    def close(self) -> None:
        """Do nothing: all that was taken is written."""

    def _put(self, rows: Sequence[Sequence[Any]]) -> None:
        text = StringIO(newline="")
        csv.writer(text).writerows(rows)
        self._file.write(text.getvalue().encode())


def batches(path: Path) -> Iterator[Batch]:
    """Read facts, some at a time. Raises Unreadable."""
    csv.field_size_limit(FIELD_CHARACTERS_MAX)
    with path.open(encoding="utf-8", newline="") as file:
        lines = csv.reader(file, strict=True)
        try:
            if next(lines, None) != list(NAMES):
                raise Unreadable
            while some := list(islice(lines, READ_AT_ONCE)):
                columns = zip(*some, strict=True)
                yield [_read(read, one) for read, one in zip(_READ, columns, strict=True)]
        except (ValueError, LookupError, csv.Error) as error:
            raise Unreadable from error


def _written(write: Callable[[Any], str] | None, values: Values, size: int) -> Sequence[Any]:
    if values is None:
        return [None] * size
    return values if write is None else [None if one is None else write(one) for one in values]


def _read(read: Callable[[str], Any], texts: Sequence[str]) -> Values:
    return [read(text) if text else None for text in texts] if any(texts) else None


def _json(value: Any) -> str:
    return orjson.dumps(value).decode()


def _flag(value: bool) -> str:
    return "true" if value else "false"


def _is_flag(text: str) -> bool:
    return {"true": True, "false": False}[text]


def _writes(kind: Kind) -> Callable[[Any], str] | None:
    """Return how a value is written; None where it is written as it is."""
    writes: dict[Kind, Callable[[Any], str]] = {"instant": rfc3339, "flag": _flag}
    return _json if kind in LISTS else writes.get(kind)


def _reads(kind: Kind) -> Callable[[str], Any]:
    if kind in LISTS:
        return orjson.loads
    reads: dict[Kind, Callable[[str], Any]] = {
        "instant": lambda text: millis(datetime.fromisoformat(text)),
        "integer": int,
        "flag": _is_flag,
    }
    return reads.get(kind, str)


_WRITE: Final = [_writes(column.kind) for column in COLUMNS]
_READ: Final = [_reads(column.kind) for column in COLUMNS]
