"""How is a line of a book written: for a program as JSON values, for people as cells of a table?"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager
from json import dumps
from typing import Any

from custody.books.asking import Asked, clock
from custody.books.book import Book, Line, Sources
from custody.books.columns import Column
from custody.projections.tables import Row
from custody.terms import rfc3339

LINES_AT_ONCE = 1_000
"""Lines of a file read at once: between them, others have their turn, and rebuilds their swap."""

Cell = str | int | bool | None
Opening = Callable[[], AbstractContextManager[Sources]]
"""Looks at the books anew. What was known at a position never changes, so all looks agree."""


def values(columns: Sequence[Column], row: Row) -> dict[str, Any]:
    """Write a line as JSON values."""
    return {column.name: _value(column, row[column.name]) for column in columns}


def headings(columns: Iterable[Column]) -> list[str]:
    """Write what the columns of a table are called, in Chinese and English."""
    found: list[str] = []
    for column in columns:
        title = f"{column.zh} {column.en}"
        if column.kind == "instant":
            found += [f"{title} (北京时间)", f"{title} (UTC)"]
        else:
            found.append(title)
    return found


def cells(columns: Iterable[Column], row: Row) -> list[Cell]:
    """Write a line as the cells of a table."""
    found: list[Cell] = []
    for column in columns:
        value = row[column.name]
        if column.kind == "instant":
            found += [None, None] if value is None else [clock(value), rfc3339(value)]
        elif column.kind == "list":
            found.append("; ".join(map(_words, value)) or None)
        else:
            found.append(value)
    return found


def pages(book: Book, opening: Opening, asked: Asked) -> Iterator[Sequence[Line]]:
    """Return all lines of a book, some at a time."""
    place: str | None = None
    while True:
        with opening() as sources:
            page = book.lines(sources, asked, place, LINES_AT_ONCE)
        yield page
        if len(page) < LINES_AT_ONCE:
            return
        place = page[-1].place


def _value(column: Column, value: Any) -> Any:
    return rfc3339(value) if column.kind == "instant" and value is not None else value


def _words(one: Any) -> str:
    if not isinstance(one, dict):
        return str(one)
    if "before" in one:
        return f"{one['field']}: {_said(one['before'])} → {_said(one['after'])}"
    return " ".join(str(value) for value in one.values())


def _said(value: Any) -> str:
    return value if isinstance(value, str) else dumps(value, ensure_ascii=False)
