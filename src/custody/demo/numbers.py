"""Which number does a tag or a consignment get, and which were given out in books beforehand?"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import count
from random import Random
from typing import Any

from custody.codes import consignment_no, tag
from custody.demo.sites import Site
from custody.demo.terminal import uuid7
from custody.terms import EPOCH, MILLISECOND, SHANGHAI, Millis

TAGS = 50  # a book
CONSIGNMENTS = 5
ONLINE = 100_001
"""What numbering begins with where no book is needed: far above any book of a division's day."""


@dataclass(frozen=True, slots=True)
class NumberBook:
    """Numbers that a site gets before it needs them; each series is given out from 1 on."""

    id: str
    kind: str
    site: Site
    day: dt.date
    first: int
    count: int

    def wanted(self) -> tuple[str, dict[str, Any]]:
        """Return where to PUT what, to be given it."""
        return f"/v1/number-books/{self.id}", {
            "kind": self.kind,
            "site": self.site.id,
            "terminal": self.site.terminal,
            "count": self.count,
            "day": self.day.isoformat(),
        }


class Numbers:
    """Counts as the service does: a division's tags by the year, its consignments by the day."""

    def __init__(self, rng: Random) -> None:
        self.books: list[NumberBook] = []
        self._rng = rng
        self._given: defaultdict[tuple[str, ...], int] = defaultdict(int)
        self._open: dict[tuple[str, ...], Iterator[int]] = {}
        self._online: defaultdict[tuple[str, str], Iterator[int]] = defaultdict(
            lambda: count(ONLINE)
        )

    def tag(self, site: Site, at: Millis) -> str:
        """Take the next tag from a site's book."""
        year = _day(at).year
        return tag(year, site.county.division, self._next("tags", site, at, str(year), TAGS))

    def consignment(self, site: Site, at: Millis) -> str:
        """Number a consignment that leaves a site today."""
        division, day = site.county.division, _day(at)
        if site.is_remote:
            number = self._next("consignments", site, at, f"{day:%y%m%d}", CONSIGNMENTS)
        else:
            number = next(self._online[division, f"{day:%y%m%d}"])
        return consignment_no(division, day, number)

    def _next(self, kind: str, site: Site, at: Millis, period: str, size: int) -> int:
        own = (kind, period, site.id)
        number = next(self._open.get(own, iter(())), None)
        if number is not None:
            return number
        series = (kind, period, site.county.division)
        first = self._given[series] + 1
        self._given[series] += size
        book = NumberBook(uuid7(self._rng, at), kind, site, _day(at), first, size)
        self.books.append(book)
        self._open[own] = iter(range(first, first + size))
        return next(self._open[own])


def _day(at: Millis) -> dt.date:
    return (EPOCH + at * MILLISECOND).astimezone(SHANGHAI).date()
