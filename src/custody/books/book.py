"""What is a book? Lines in effective order, a page of them at a time, and what they add up to."""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Protocol

from sqlalchemy import Connection

from custody.books.asking import Asked
from custody.books.columns import Column
from custody.ledger import Ledger
from custody.projections.tables import Row
from custody.terms import Millis, Refused

ROWS_MAX = 200_000
"""Lines of a book in one file."""

_PLACE = re.compile(r"(\d{1,15})\.(-?\d{1,2})\.([0-9a-f-]{36})\.(\d{1,7})", re.ASCII).fullmatch
_NUMBER = re.compile(r"\d{1,15}", re.ASCII).fullmatch


@dataclass(frozen=True, slots=True)
class Sources:
    """Where a book is read from: the projections at one moment, and the ledger behind them."""

    connection: Connection
    ledger: Ledger


class Line(NamedTuple):
    """A line, and the place behind which the next page begins."""

    place: str
    row: Row


class Place(NamedTuple):
    """A place among movements, and how many lines there have been told already."""

    at: Millis
    rank: int
    movement: str
    told: int


class Book(Protocol):
    """One of a site's books."""

    @property
    def name(self) -> str:
        """What it is asked for by."""

    @property
    def zh(self) -> str:
        """Its title in Chinese."""

    @property
    def en(self) -> str:
        """Its title in English."""

    @property
    def columns(self) -> Sequence[Column]:
        """What each of its lines says."""

    def lines(
        self, sources: Sources, asked: Asked, after: str | None, limit: int
    ) -> Sequence[Line]:
        """Return so many lines past a place. Raises Refused for a place that is none."""

    def totals(self, sources: Sources, asked: Asked) -> Row:
        """Return what all its lines come to."""

    def size(self, sources: Sources, asked: Asked) -> int:
        """Return how many lines it has, or could have."""


def place(text: str | None) -> Place | None:
    """Read a place among movements. Raises Refused."""
    if text is None:
        return None
    found = _PLACE(text)
    if found is None:
        raise Refused("cursor_invalid")
    at, rank, movement, told = found.groups()
    return Place(int(at), int(rank), movement, int(told))


def written(at: Millis, rank: int, movement: str, told: int) -> str:
    """Write a place among movements."""
    return f"{at}.{rank}.{movement}.{told}"


def skipped(text: str | None) -> int:
    """Read how many lines were told before. Raises Refused."""
    if text is None:
        return 0
    if not _NUMBER(text):
        raise Refused("cursor_invalid")
    return int(text)
