"""Does a book open in a spreadsheet as it is meant, and does it add up there?"""

import csv
from collections.abc import Iterator
from contextlib import contextmanager
from io import BytesIO, StringIO
from itertools import product
from typing import Any

import pytest
from openpyxl import load_workbook

from custody import books
from custody.books import Asked, Sources, as_csv, as_xlsx, writing
from custody.books.columns import TIME, many, sum_of, text
from custody.books.writing import cells, headings, values
from custody.ledger import Ledger
from custody.projections import inventory
from custody.projections.freshness import snapshot
from tests.books.lives import asked, lines, told, totals
from tests.given import (
    CENTRE,
    POINT,
    correct,
    dispatch,
    drop_off,
    inspect,
    monday,
    other,
    pack,
    receive,
    store,
    third,
    two,
)

COLUMNS = (TIME, text("operator", "经办人", "Operator"), sum_of("pieces", "件数", "Pieces"))
NAUGHTY = '=HYPERLINK("x"), "y"\r\n'


def opening_of(ledger: Ledger) -> Any:
    @contextmanager
    def opened() -> Iterator[Sources]:
        with snapshot(ledger.engine) as (connection, _):
            yield Sources(connection, ledger)

    return opened


def rows_of_csv(ledger: Ledger, name: str, of: Asked) -> list[list[str]]:
    written = b"".join(as_csv.chunks(books.BY_NAME[name], opening_of(ledger), of))
    assert written.startswith(b"\xef\xbb\xbf")
    return list(csv.reader(StringIO(written.decode("utf-8-sig"), newline="")))


def workbook(ledger: Ledger, of: Asked, *names: str, computed: bool = True) -> Any:
    chosen = [books.BY_NAME[name] for name in names]
    chunks = as_xlsx.chunks(chosen, opening_of(ledger), of, {"站点 Site": of.site, "n": 1})
    return load_workbook(BytesIO(b"".join(chunks)), data_only=computed)


@pytest.fixture
def week(shelf: Ledger) -> Ledger:
    """A week of one point: three come, one is put right, two leave, one of them arrives."""
    wrong = drop_off(mass_g=870, chemistry="lfp", operator="=1+1")
    told(
        shelf,
        [
            [
                wrong,
                correct(wrong, {"battery": {"code": pack, "mass_g": 8_700, "chemistry": "lfp"}}),
                drop_off(other, mass_g=6_000, chemistry="nmc"),
                drop_off(third),
                store([third], class_="damaged"),
                inspect(third, mass_g=8_100),
                dispatch(two),
                receive([pack]),
            ]
        ],
    )
    return shelf


def test_a_table_has_a_heading_for_each_cell_in_chinese_and_english(week: Ledger) -> None:
    for book in books.ALL:
        titles = headings(book.columns)
        assert len(set(titles)) == len(titles)
        for row in lines(week, book.name, asked(POINT)):
            assert row.keys() == {column.name for column in book.columns}
            assert len(cells(book.columns, row)) == len(titles)
            assert values(book.columns, row).keys() == row.keys()
        for column in book.columns:
            assert column.en.isascii() or "Ω" in column.en
            assert not column.zh.isascii()


def test_an_instant_is_told_by_the_clock_at_the_site_and_in_utc() -> None:
    assert headings(COLUMNS)[:2] == [
        "发生时间 Occurred at (北京时间)",
        "发生时间 Occurred at (UTC)",
    ]
    row = {"occurred_at": monday + 7, "operator": None, "pieces": 0}
    assert cells(COLUMNS, row) == [
        "2026-03-02 09:00:00.007",
        "2026-03-02T01:00:00.007Z",
        None,
        0,
    ]
    assert cells(COLUMNS, {**row, "occurred_at": None})[:2] == [None, None]


def test_several_things_are_written_one_after_the_other() -> None:
    column = many("changes", "更改内容", "Changes")
    change = {"field": "mass_g", "before": None, "after": 8_700}
    part = {"fraction": "cells", "mass_g": 5_000}
    assert cells([column], {"changes": [change, part, "x"]}) == [
        "mass_g: null → 8700; cells 5000; x"
    ]
    assert cells([column], {"changes": []}) == [None]


def test_csv_is_read_back_as_it_was_written(week: Ledger) -> None:
    of = asked(POINT)
    for book in books.ALL:
        first, *rest = rows_of_csv(week, book.name, of)
        assert first == headings(book.columns)
        told_ = [cells(book.columns, row) for row in lines(week, book.name, of)]
        assert len(rest) == len(told_)
        for row, expected in zip(rest, told_, strict=True):
            plain = ["" if cell is None else str(cell).lower() for cell in expected]
            assert [cell.removeprefix("'").lower() for cell in row] == plain


def test_what_begins_like_a_formula_is_text_in_csv(week: Ledger) -> None:
    found = [cell for row in rows_of_csv(week, "in", asked(POINT)) for cell in row]
    assert "'=1+1" in found
    for sign in "=+-@\t\r":
        assert as_csv._safe(f"{sign}1") == f"'{sign}1"
    assert as_csv._safe(-1) == -1
    assert as_csv._safe("a=1") == "a=1"


def test_lines_of_csv_end_and_quote_as_rfc_4180_has_it() -> None:
    assert as_csv._written([[NAUGHTY, 1, None, True]]) == (
        '"\'=HYPERLINK(""x""), ""y""\r\n",1,,true\r\n'
    )


def test_a_long_book_is_written_in_parts(week: Ledger, monkeypatch: pytest.MonkeyPatch) -> None:
    of = asked(POINT)
    before = {book.name: rows_of_csv(week, book.name, of) for book in books.ALL}
    monkeypatch.setattr(writing, "LINES_AT_ONCE", 1)
    assert {book.name: rows_of_csv(week, book.name, of) for book in books.ALL} == before


def test_a_workbook_has_a_sheet_a_book_with_its_headings_in_view(week: Ledger) -> None:
    names = [book.name for book in books.ALL]
    opened = workbook(week, asked(POINT), *names)
    assert opened.sheetnames == [*(f"{book.zh} {book.en}" for book in books.ALL), "说明 About"]
    for book in books.ALL:
        sheet = opened[f"{book.zh} {book.en}"]
        assert sheet.freeze_panes == "A2"
        assert [cell.value for cell in sheet[1]] == headings(book.columns)
        assert sheet.max_row == 2 + len(lines(week, book.name, asked(POINT)))
    assert [cell.value for cell in opened["说明 About"]["B"]] == [POINT, 1]


def test_the_numbers_of_a_workbook_add_up_to_the_inventory(week: Ledger) -> None:
    """As numbers, by whoever opens it; and by its own formulas."""
    for site in (POINT, CENTRE):
        of = asked(site)
        sheet = workbook(week, of, "stock")["库存 Stock"]
        titles = [cell.value for cell in sheet[1]]
        last_day = sheet.cell(sheet.max_row - 1, 1).value
        with snapshot(week.engine) as (connection, _):
            held = inventory.stock(connection, site)
        whole = totals(week, "stock", of)
        for count in ("pieces", "mass_g", "mass_unknown_pieces"):
            column = 1 + titles.index(_title("closing", count))
            summed = sum(
                sheet.cell(row, column).value
                for row in range(2, sheet.max_row)
                if sheet.cell(row, 1).value == last_day
            )
            expected = sum(row[count] for row in held)
            assert summed == expected == sheet.cell(sheet.max_row, column).value
        for part, count in product(("in", "out", "adjustments"), ("pieces", "mass_g")):
            column = 1 + titles.index(_title(part, count))
            own = sum(sheet.cell(row, column).value for row in range(2, sheet.max_row))
            assert own == sheet.cell(sheet.max_row, column).value == whole[f"{part}_{count}"]


def test_a_total_is_a_formula_over_its_lines(week: Ledger) -> None:
    sheet = workbook(week, asked(POINT), "out", computed=False)["出库 Out"]
    titles = [cell.value for cell in sheet[1]]
    cell = sheet.cell(sheet.max_row, 1 + titles.index("质量(克) Mass (g)"))
    assert cell.value == f"=SUM({cell.column_letter}2:{cell.column_letter}{sheet.max_row - 1})"


def test_a_workbook_takes_no_text_for_a_formula(week: Ledger) -> None:
    sheet = workbook(week, asked(POINT), "in", computed=False)["入库 In"]
    found = [cell for row in sheet.iter_rows() for cell in row if cell.value == "=1+1"]
    assert [cell.data_type for cell in found] == ["s"]


def test_an_empty_book_has_headings_and_nothing_to_add_up(week: Ledger) -> None:
    of = asked("330106-0999")
    assert len(rows_of_csv(week, "stock", of)) == 1
    sheet = workbook(week, of, "stock", "in")["入库 In"]
    assert sheet.cell(2, 1).value == "合计 Total"


def _title(part: str, count: str) -> str:
    (column,) = [one for one in books.BY_NAME["stock"].columns if one.name == f"{part}_{count}"]
    return f"{column.zh} {column.en}"
