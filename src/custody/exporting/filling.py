"""How are columns filled, of which most have nothing in most rows?"""

from collections.abc import Sequence
from typing import Any

from custody.exporting.columns import NAMES, PLACE
from custody.ledger import Record


class Unwritable(Exception):
    """A record says what no fact of its type can: it cannot be exported in columns."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class Filling:
    """Columns of some records that are being filled; None is one in which nothing stands yet."""

    def __init__(self, records: Sequence[Record]) -> None:
        self.records = records
        self.columns: list[list[Any] | None] = [None] * len(NAMES)

    def fill(self, name: str, values: list[Any]) -> None:
        """Fill a whole column."""
        self.columns[PLACE[name]] = None if values.count(None) == len(values) else values

    def put(self, name: str, indices: Sequence[int], values: list[Any]) -> None:
        """Put values into a column, each at an index of its own."""
        if values.count(None) == len(values):
            return
        place = PLACE[name]
        column = self.columns[place]
        if column is None:
            column = self.columns[place] = [None] * len(self.records)
        for index, value in zip(indices, values, strict=True):
            column[index] = value
