"""How do facts stand in NDJSON? An object a line; what has nothing to say is left out."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Final

import orjson

from custody.exporting.batches import Batch
from custody.exporting.columns import COLUMNS, NAMES
from custody.exporting.filling import Lists
from custody.exporting.formats import READ_AT_ONCE, Unreadable
from custody.terms import millis, rfc3339

INSTANTS: Final = frozenset(column.name for column in COLUMNS if column.kind == "instant")
_KNOWN: Final = frozenset(NAMES)


class Writer:
    """Puts facts into a file."""

    filled = Lists

    def __init__(self, file: BinaryIO) -> None:
        self._file = file

    def add(self, facts: Batch) -> None:
        """Write them, each on a line."""
        there = [
            (name, _instants(values) if name in INSTANTS else values)
            for name, values in zip(NAMES, facts, strict=True)
            if values is not None
        ]
        names = [name for name, _ in there]
        rows = zip(*(values for _, values in there), strict=True)
        self._file.write(b"".join([_line(names, row) for row in rows]))

    def finish(self, told: Mapping[str, str]) -> None:
        """Write nothing more: lines have no place for what is told of the file."""

    def close(self) -> None:
        """Do nothing: all that was taken is written."""


def batches(path: Path) -> Iterator[Batch]:
    """Read facts, some at a time. Raises Unreadable."""
    with path.open("rb") as file:
        while lines := list(islice(file, READ_AT_ONCE)):
            try:
                yield _batch([_said(line) for line in lines])
            except (ValueError, TypeError, AttributeError) as error:
                raise Unreadable from error


def _instants(values: Sequence[Any]) -> list[str | None]:
    return [None if one is None else rfc3339(one) for one in values]


def _line(names: Sequence[str], row: Sequence[Any]) -> bytes:
    said = {name: value for name, value in zip(names, row, strict=True) if value is not None}
    return orjson.dumps(said, option=orjson.OPT_APPEND_NEWLINE)


def _said(line: bytes) -> dict[str, Any]:
    said: dict[str, Any] = orjson.loads(line)
    if not said.keys() <= _KNOWN or not line.endswith(b"\n"):
        raise ValueError("other columns, or cut short")
    for name in INSTANTS & said.keys():
        said[name] = millis(datetime.fromisoformat(said[name]))
    return said


def _batch(said: Sequence[dict[str, Any]]) -> Batch:
    there = set[str]().union(*said)
    return [[one.get(name) for one in said] if name in there else None for name in NAMES]
