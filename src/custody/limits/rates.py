"""How often may each asker ask? A bucket each: what is taken flows back at a steady rate."""

import time
from collections.abc import Callable
from math import inf
from typing import Final, NamedTuple


class Allowance(NamedTuple):
    """So many a second in the long run, and so many at once."""

    a_second: float
    at_once: float

    @property
    def unlimited(self) -> bool:
        """Whether nobody counts: a rate of nothing would stop everybody for good."""
        return self.a_second <= 0


UNLIMITED: Final = Allowance(0, 0)

MOVEMENTS_A_SECOND: Final = 2_000
MOVEMENTS_AT_ONCE: Final = 20_000
"""A terminal that was cut off for weeks comes with some thousands, and gets rid of them at once."""

QUERIES_A_SECOND: Final = 1_000
QUERIES_AT_ONCE: Final = 10_000

MOVEMENTS: Final = Allowance(MOVEMENTS_A_SECOND, MOVEMENTS_AT_ONCE)
QUERIES: Final = Allowance(QUERIES_A_SECOND, QUERIES_AT_ONCE)

ASKERS_MAX: Final = 20_000
"""Askers who are remembered; those with a full bucket are forgotten first, and lose nothing."""


class Rates:
    """A bucket for each asker, full at first. Used by one thread: that of the event loop."""

    def __init__(self, allowance: Allowance, clock: Callable[[], float] = time.monotonic) -> None:
        self._a_second, self._at_once = (0.0, inf) if allowance.unlimited else allowance
        self._clock = clock
        self._buckets: dict[str, list[float]] = {}
        """What was in it, and when."""

    def take(self, asker: str, count: int = 1) -> float:
        """Take so many; return 0, or how many seconds later to come again, and then none is taken.

        More at once than a bucket holds pass when it is full, and are owed until they flowed back.
        """
        now = self._clock()
        bucket = self._buckets.get(asker) or self._new(asker, now)
        left = bucket[0] + (now - bucket[1]) * self._a_second
        bucket[1] = now
        if left >= count or left >= self._at_once:  # of a full one, whatever is asked for passes
            bucket[0] = (min(self._at_once, left)) - count
            return 0.0
        bucket[0] = left
        return (min(count, self._at_once) - left) / self._a_second

    def _new(self, asker: str, now: float) -> list[float]:
        if len(self._buckets) >= ASKERS_MAX:
            self._forget(now)
        return self._buckets.setdefault(asker, [self._at_once, now])

    def _forget(self, now: float) -> None:
        full = [
            asker
            for asker, (left, then) in self._buckets.items()
            if left + (now - then) * self._a_second >= self._at_once
        ]
        for asker in full or list(self._buckets):
            del self._buckets[asker]
