"""What happens next in the made-up weeks, and when is anyone at work?"""

from collections.abc import Callable, Iterator
from heapq import heappop, heappush
from itertools import count
from typing import Any, TypeVarTuple

from custody.terms import DAY, HOUR, Millis

Ts = TypeVarTuple("Ts")

UTC_OFFSET = 8 * HOUR  # of Shanghai
OPENS = 8 * HOUR
CLOSES = 18 * HOUR


class Agenda:
    """What is still to happen until the end, in order of time; of two at once, the first put in."""

    def __init__(self, until: Millis) -> None:
        self.now = until
        self.until = until
        self._ahead: list[tuple[Millis, int, Callable[..., None], tuple[Any, ...]]] = []
        self._count = count()

    def at(self, time: Millis, act: Callable[[*Ts], None], *args: *Ts) -> None:
        """Put something on the agenda; whatever lies beyond the end never happens."""
        if time <= self.until:
            heappush(self._ahead, (time, next(self._count), act, args))

    def run(self) -> Iterator[None]:
        """Do one thing at a time, until nothing is left."""
        while self._ahead:
            self.now, _, act, args = heappop(self._ahead)
            act(*args)
            yield


def midnight(time: Millis) -> Millis:
    """Return when the day began in Shanghai."""
    return (time + UTC_OFFSET) // DAY * DAY - UTC_OFFSET


def at_work(time: Millis) -> Millis:
    """Return the time itself, or one in the next morning's first hour if nobody is there."""
    day = midnight(time)
    if OPENS <= time - day < CLOSES:
        return time
    if time - day >= CLOSES:
        day += DAY
    return day + OPENS + time % HOUR


def spread(index: int, number: int, first_day: Millis, until: Millis) -> Millis:
    """Return the moment of the index-th of `number` visits, even over all opening hours."""
    last_day = midnight(until)
    a_day = CLOSES - OPENS
    hours = (last_day - first_day) // DAY * a_day
    hours += min(max(until - last_day - OPENS, 0), a_day)
    days, rest = divmod(hours * index // number, a_day)
    return first_day + days * DAY + OPENS + rest
