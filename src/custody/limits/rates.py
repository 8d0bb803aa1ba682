"""How often may each asker ask? A bucket each: what is taken flows back at a steady rate."""

import time
from collections.abc import Callable
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
        self._a_second, self._at_once = allowance
        self._unlimited = allowance.unlimited
        self._clock = clock
        self._buckets: dict[str, tuple[float, float]] = {}
        """What was in it, and when."""

    def take(self, asker: str, count: int = 1) -> float:
        """Take so many; return 0, or how many seconds later to come again, and then none is taken.

        More at once than a bucket holds pass when it is full, and are owed until they flowed back.
        """
        if self._unlimited:
            return 0.0
        now = self._clock()
        left, then = self._buckets.get(asker, (self._at_once, now))
        left = min(self._at_once, left + (now - then) * self._a_second)
        wanting = min(count, self._at_once) - left
        if wanting > 0:
            self._buckets[asker] = (left, now)
            return wanting / self._a_second
        if asker not in self._buckets and len(self._buckets) >= ASKERS_MAX:
            self._forget(now)
        self._buckets[asker] = (left - count, now)
        return 0.0

    def _forget(self, now: float) -> None:
        full = [
            asker
            for asker, (left, then) in self._buckets.items()
            if left + (now - then) * self._a_second >= self._at_once
        ]
        for asker in full or list(self._buckets):
            del self._buckets[asker]
