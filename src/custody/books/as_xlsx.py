"""How are books written as a workbook: a sheet each, numbers as numbers, and what they add up to?

It is written in constant memory, to a file that is gone once it is sent.
"""

from collections.abc import Generator, Iterator, Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from custody.books.asking import Asked, clock, date, day
from custody.books.book import Book
from custody.books.columns import Column
from custody.books.writing import Cell, Opening, cells, headings, pages
from custody.projections.tables import Row

TEXT_MAX = 32_000
"""Characters of a cell of a workbook: Excel takes 32,767."""

CHUNK_BYTES = 65_536
_TOTAL = "合计 Total"
_WIDTHS = {"text": 22, "day": 12, "instant": 25, "number": 14, "flag": 10, "list": 40}

About = Mapping[str, Cell]
"""What a workbook says of itself: which site, which time, as known when."""


Chunks = Generator[bytes, None, None]


def chunks(books: Sequence[Book], opening: Opening, asked: Asked, about: About) -> Chunks:
    """Write a workbook of books, and then send it; empty chunks while it is being written."""
    from xlsxwriter import Workbook  # type: ignore[import-untyped]

    with TemporaryDirectory() as folder:
        path = Path(folder) / "books.xlsx"
        workbook = Workbook(path, {"constant_memory": True})
        try:
            bold = workbook.add_format({"bold": True})
            for book in books:
                for _ in _sheet(workbook, bold, book, opening, asked):
                    yield b""
            _tell_about(workbook, about)
        finally:
            workbook.close()  # whoever goes away in the middle leaves no file open
        with path.open("rb") as written:
            while chunk := written.read(CHUNK_BYTES):
                yield chunk


def about(asked: Asked, known_at: str | None) -> About:
    """Say which site it is of and which time, as known when."""
    return {
        "站点 Site": asked.site,
        "起 From (北京时间)": clock(asked.span.first),
        "止 To (北京时间)": clock(asked.span.end),
        "截至 Known at": known_at,
        "账本位置 Position": asked.known,
    }


def file_name(asked: Asked, name: str) -> str:
    """Name a workbook by its site, its book and its days."""
    stretch = f"{date(day(asked.span.first))}_{date(day(asked.span.end - 1))}"
    return f"{asked.site}_{name}_{stretch}.xlsx"


def _sheet(workbook: Any, bold: Any, book: Book, opening: Opening, asked: Asked) -> Iterator[None]:
    sheet = workbook.add_worksheet(f"{book.zh} {book.en}")
    sheet.freeze_panes(1, 0)
    tabular = list(_tabular(book.columns))
    for index, (column, heading) in enumerate(zip(tabular, headings(book.columns), strict=True)):
        sheet.set_column(index, index, _WIDTHS[column.kind])
        sheet.write_string(0, index, heading, bold)
    sums = [0] * len(tabular)
    number = 0
    for page in pages(book, opening, asked):
        for line in page:
            number += 1
            for index, cell in enumerate(cells(book.columns, line.row)):
                _write(sheet, number, index, cell)
                if tabular[index].adds_up and isinstance(cell, int):
                    sums[index] += cell
        yield
    with opening() as sources:
        totals = book.totals(sources, asked)
    _write_totals(sheet, bold, tabular, number + 1, sums, totals)


def _write_totals(
    sheet: Any, bold: Any, columns: Sequence[Column], row: int, sums: Sequence[int], totals: Row
) -> None:
    """Write what the lines add up to; what stands at the beginning and end, as it stood there."""
    from xlsxwriter.utility import xl_rowcol_to_cell  # type: ignore[import-untyped]

    sheet.write_string(row, 0, _TOTAL, bold)
    for index, column in enumerate(columns):
        if column.adds_up and row > 1:
            first, last = (xl_rowcol_to_cell(at, index) for at in (1, row - 1))
            # With its value, for those who open the file and do not reckon.
            sheet.write_formula(row, index, f"=SUM({first}:{last})", bold, sums[index])
        elif column.adds_up or column.name in totals:
            sheet.write_number(row, index, totals.get(column.name, 0), bold)


def _write(sheet: Any, row: int, index: int, cell: Cell) -> None:
    if isinstance(cell, bool):
        sheet.write_boolean(row, index, cell)
    elif isinstance(cell, int):
        sheet.write_number(row, index, cell)
    elif cell is not None:
        # As a string it is never a formula, whatever it begins with.
        sheet.write_string(row, index, cell if len(cell) <= TEXT_MAX else f"{cell[:TEXT_MAX]}…")


def _tell_about(workbook: Any, about: About) -> None:
    sheet = workbook.add_worksheet("说明 About")
    sheet.set_column(0, 1, 40)
    for row, (name, value) in enumerate(about.items()):
        _write(sheet, row, 0, name)
        _write(sheet, row, 1, value)


def _tabular(columns: Sequence[Column]) -> Iterator[Column]:
    """Return the column of each heading: of an instant there are two."""
    for column in columns:
        yield column
        if column.kind == "instant":
            yield column
