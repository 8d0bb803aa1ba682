"""库存: what did a site hold at the beginning and end of each day, and what moved between?

opening + in − out + adjustments = closing, in pieces and in grams
"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice

from sqlalchemy import Connection

from custody.books import flows
from custody.books.asking import Asked, date, day
from custody.books.book import Line, Sources, skipped
from custody.books.columns import CHEMISTRY, CLASS, Column, number, sum_of
from custody.books.flows import COUNTS, kind_of
from custody.projections.stays import stock_as_of
from custody.projections.tables import Row

Cell = tuple[str, str | None]
"""What the book tells apart: chemistry and class."""

Count = list[int]
Moved = dict[str, Count]

_COUNTED = (
    ("pieces", "件数", "pieces"),
    ("mass_g", "质量(克)", "mass (g)"),
    ("mass_unknown_pieces", "质量不明件数", "pieces of unknown mass"),
)
_PARTS = (
    ("opening", "期初", "Opening", False),
    ("in", "入库", "In", True),
    ("out", "出库", "Out", True),
    ("adjustments", "调整", "Adjustments", True),
    ("closing", "期末", "Closing", False),
)
_MOVES = ("in", "out", "adjustments")
COLUMNS: tuple[Column, ...] = (
    Column("day", "day", "日期", "Day"),
    CHEMISTRY,
    CLASS,
    *(
        (sum_of if adds_up else number)(f"{part}_{count}", f"{zh}{count_zh}", f"{en}: {count_en}")
        for part, zh, en, adds_up in _PARTS
        for count, count_zh, count_en in _COUNTED
    ),
)


def days(connection: Connection, asked: Asked) -> Iterator[Row]:
    """Tell each day of the stretch, and each kind of battery that was there or moved on it."""
    held = _opening(connection, asked)
    moved = _moved(connection, asked)
    last = max([*moved, day(asked.now)])
    for number_ in flows.days(asked):
        if number_ > last:
            return
        today = moved.get(number_, {})
        for cell in sorted(held.keys() | today.keys(), key=_order):
            row = _row(held.get(cell, [0, 0, 0]), today.get(cell, {}))
            held[cell] = [row[f"closing_{count}"] for count in COUNTS]
            if any(row.values()):
                chemistry, class_ = cell
                yield {"day": date(number_), "chemistry": chemistry, "class": class_, **row}


def totals(connection: Connection, asked: Asked) -> Row:
    """Tell the whole stretch at once, all kinds together."""
    held = [sum(counts) for counts in zip(*_opening(connection, asked).values(), strict=True)]
    moved: Moved = defaultdict(lambda: [0, 0, 0])
    for cells in _moved(connection, asked).values():
        for parts in cells.values():
            for part, count in parts.items():
                moved[part] = [old + more for old, more in zip(moved[part], count, strict=True)]
    return _row(held or [0, 0, 0], moved)


def _opening(connection: Connection, asked: Asked) -> dict[Cell, Count]:
    """Return what stood there before the first instant of the stretch."""
    held: dict[Cell, Count] = defaultdict(lambda: [0, 0, 0])
    for row in stock_as_of(connection, asked.site, asked.span.first - 1, asked.known):
        cell = held[row["chemistry"], row["storage_class"]]
        for index, name in enumerate(COUNTS):
            cell[index] += row[name]
    return dict(held)


def _moved(connection: Connection, asked: Asked) -> dict[int, dict[Cell, Moved]]:
    """Return what came in, went out and was adjusted, by day and cell."""
    found: dict[int, dict[Cell, Moved]] = defaultdict(lambda: defaultdict(dict))
    for row in flows.by_day(connection, asked):
        part = kind_of(row["sign"], row["type"])
        count = found[row["day"]][row["chemistry"], row["storage_class"]].setdefault(part, [0] * 3)
        for index, name in enumerate(COUNTS):
            count[index] += -row[name] if part == "out" else row[name]
    return found


def _row(opening: Count, moved: Moved) -> Row:
    parts = {"opening": opening, **{part: moved.get(part, [0] * 3) for part in _MOVES}}
    row = {
        f"{part}_{name}": parts[part][index] for part in parts for index, name in enumerate(COUNTS)
    }
    for name in COUNTS:
        came = row[f"in_{name}"] - row[f"out_{name}"] + row[f"adjustments_{name}"]
        row[f"closing_{name}"] = row[f"opening_{name}"] + came
    return row


def _order(cell: Cell) -> tuple[str, str]:
    return cell[0], cell[1] or ""


@dataclass(frozen=True)
class Stock:
    """The book of stock. It tells what was held, so each of its days stands on those before."""

    name = "stock"
    zh = "库存"
    en = "Stock"
    columns = COLUMNS

    def lines(
        self, sources: Sources, asked: Asked, after: str | None, limit: int
    ) -> Sequence[Line]:
        """Return so many lines past a place."""
        told = skipped(after)
        rows = islice(days(sources.connection, asked), told, told + limit)
        return [Line(str(number_), row) for number_, row in enumerate(rows, told + 1)]

    def totals(self, sources: Sources, asked: Asked) -> Row:
        """Return the whole stretch in one line."""
        return totals(sources.connection, asked)

    def size(self, sources: Sources, asked: Asked) -> int:
        """Return how many lines there are."""
        return sum(1 for _ in days(sources.connection, asked))


STOCK = Stock()
