"""How does a row stand in a line of JSON, so that the very same row can be read from it?

Bytes that are text stand as text; others as `{"base64": …}`. Everything else is itself.
"""

from base64 import b64decode, b64encode
from collections.abc import Sequence
from typing import Any

import orjson
from sqlalchemy import LargeBinary, Table


def names(table: Table) -> list[str]:
    """Return a table's columns, as rows of it are written."""
    return [str(column.name) for column in table.columns]


def binary(table: Table, columns: Sequence[str]) -> list[int]:
    """Return which of some columns hold bytes."""
    return [
        place for place, name in enumerate(columns) if isinstance(table.c[name].type, LargeBinary)
    ]


def line(row: Sequence[Any], binaries: Sequence[int]) -> bytes:
    """Write a row as one line."""
    said = list(row)
    for place in binaries:
        if said[place] is not None:
            said[place] = _written(said[place])
    return orjson.dumps(said) + b"\n"


def row(said: list[Any], binaries: Sequence[int]) -> list[Any]:
    """Read the row that a line says. Raises ValueError."""
    for place in binaries:
        if said[place] is not None:
            said[place] = _read(said[place])
    return said


def _written(value: bytes) -> str | dict[str, str]:
    try:
        return bytes(value).decode()
    except UnicodeDecodeError:
        return {"base64": b64encode(value).decode()}


def _read(said: Any) -> bytes:
    if isinstance(said, str):
        return said.encode()
    if isinstance(said, dict) and isinstance(said.get("base64"), str):
        return b64decode(said["base64"], validate=True)
    raise ValueError("neither text nor base64")
