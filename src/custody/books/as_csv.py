"""How is a book written as CSV (RFC 4180), so that Excel opens it as it is meant?"""

import csv
from collections.abc import Iterator
from io import StringIO

from custody.books.asking import Asked
from custody.books.book import Book
from custody.books.writing import Cell, Opening, cells, headings, pages

BYTE_ORDER_MARK = "\N{ZERO WIDTH NO-BREAK SPACE}"
"""Without it Excel takes the file for one of the machine's own character set."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def chunks(book: Book, opening: Opening, asked: Asked) -> Iterator[bytes]:
    """Write a book, chunk by chunk."""
    first = [headings(book.columns)]
    yield (BYTE_ORDER_MARK + _written(first)).encode()
    for page in pages(book, opening, asked):
        yield _written([cells(book.columns, line.row) for line in page]).encode()


def _written(rows: list[list[str]] | list[list[Cell]]) -> str:
    text = StringIO()
    csv.writer(text, lineterminator="\r\n").writerows([_safe(one) for one in row] for row in rows)
    return text.getvalue()


def _safe(cell: Cell) -> str | int | None:
    """Keep text from being taken for a formula, which a spreadsheet would work out."""
    if isinstance(cell, bool):
        return "true" if cell else "false"
    if isinstance(cell, str) and cell.startswith(_FORMULA):
        return f"'{cell}"
    return cell
