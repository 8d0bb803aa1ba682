"""Who reads the ledger for those who follow it live? One thread, however many they are.

It holds the last records in memory, written once; what several want who keep up is chosen and
joined once for all of them. A listener has nothing but a position: while it keeps up, it takes what
is held; when it falls behind, because it was away or its line is slow, it reads the ledger itself
until it has caught up. So a slow one costs no memory and loses nothing.
"""

import asyncio
import logging
import time
from collections import deque
from collections.abc import AsyncIterator, Callable, Sequence
from itertools import islice
from threading import Thread
from typing import Final, TypeAlias

from sqlalchemy import Engine

from custody.access import Place
from custody.feed.choosing import Choice, Chosen
from custody.feed.known import Known
from custody.feed.looking import looked
from custody.feed.news import News
from custody.feed.told import Told
from custody.ledger import Ledger, Record, Unavailable
from custody.projections import territory
from custody.projections.freshness import reached, snapshot
from custody.terms import Position

HELD_MAX: Final = 10_000
"""Records held in memory for those who keep up."""

AT_ONCE_MAX: Final = 500
"""Records that a listener is handed at once."""

SHARED_MAX: Final = 64
"""Stretches that are kept joined until more comes: for that many choices, or places to be at."""

GATHER_S: Final = 0.03
"""How long records are let gather since the last were told: hundreds of listeners would otherwise
be woken for each. What comes after a pause is told at once."""

WAIT_S: Final = 1.0

PROJECTED_S: Final = 0.2
"""How long it is waited at once until what was recorded is projected."""

Stretch: TypeAlias = tuple[Position, Chosen]
"""Up to which position somebody has heard, and what of that is chosen."""

Projected = Callable[[Position, float], object]
"""Blocks until the projections reflect a position, or so many seconds are over."""

log = logging.getLogger(__name__)


def _a_while(_: Position, seconds: float) -> None:
    time.sleep(min(GATHER_S, seconds))


class Following:
    """Follows the ledger from when somebody first listens."""

    def __init__(self, ledger: Ledger, projected: Projected = _a_while) -> None:
        """`projected`: where the projector is at hand, its way to be waited for without resting."""
        self._ledger = ledger
        self._projected = projected
        self.known = Known(ledger.engine)
        self._held: deque[Told] = deque(maxlen=HELD_MAX)
        self._shared: dict[tuple[Position, Choice], Stretch] = {}
        """What comes next of what is held, for those of one choice that are equally far."""
        self._news = News()
        self._thread: Thread | None = None
        self.stopped = False

    def stop(self) -> None:
        """Let every listener end. To be called in the loop that they listen in."""
        self.stopped = True
        self._news.tell()

    async def close(self) -> None:
        """Stop, and wait for the thread that reads."""
        self.stop()
        thread, self._thread = self._thread, None
        if thread is not None:
            self._ledger.stir()
            await asyncio.to_thread(thread.join)

    async def listen(
        self, after: Position, choice: Choice, every_s: float
    ) -> AsyncIterator[Stretch]:
        """Yield how far it has come and what of that is chosen, without end until stopped.

        At least every `every_s` seconds something is yielded, if only how far it has come.
        """
        self._begin()
        while not self.stopped:
            told = self._news.times
            stretch = await self._next(after, choice)
            if stretch is not None:
                after = stretch[0]
                yield stretch
            elif not await self._news.more(told, every_s):
                yield after, Chosen()

    async def _next(self, after: Position, choice: Choice) -> Stretch | None:
        """Return how far the next records reach and what of them is chosen; None if there are none.

        They are those that are held, or else read.
        """
        held = self._held
        if held and held[-1].position <= after:
            return None
        if (shared := self._shared.get((after, choice))) is not None:
            return shared
        if held and held[0].position <= after + 1:
            # From the end, where those are who keep up: thousands lie before.
            behind = held[-1].position - after
            last = islice(reversed(held), max(behind - AT_ONCE_MAX, 0), behind)
            stretch = _stretch([*last][::-1], choice)
            if stretch is not None and len(self._shared) < SHARED_MAX:
                self._shared[after, choice] = stretch
            return stretch
        return _stretch(await looked(self._ledger, self._read, after, choice.where), choice)

    def _read(self, after: Position, where: bool) -> list[Told]:
        return self.told(self._ledger.since(after, AT_ONCE_MAX), where=where)

    def told(self, records: Sequence[Record], *, where: bool) -> list[Told]:
        """Tell records, as far as every query knows of them: see `told_of`."""
        if not where:
            records = self.known.of(records)
        told = told_of(self._ledger.engine, records, where=where)
        if len(told) < len(records):
            self.known.reached(records[-1].position)  # who waits for long says so
        return told

    def _begin(self) -> None:
        if self._thread is None and not self.stopped:
            loop = asyncio.get_running_loop()

            def take(told: Sequence[Told]) -> None:
                loop.call_soon_threadsafe(self._take, told)

            self._thread = Thread(target=self._follow, args=[take], name="feed", daemon=True)
            self._thread.start()

    def _take(self, told: Sequence[Told]) -> None:
        self._held.extend(told)
        self._shared.clear()
        self._news.tell()

    def _follow(self, take: Callable[[Sequence[Told]], object]) -> None:
        """Read what comes, and hand it on."""
        ledger, after, looked = self._ledger, None, 0.0
        while not self.stopped:
            try:
                if after is None:
                    after = reached(ledger.engine)
                    take([])  # what came until then, they read themselves
                if not ledger.wait(after, WAIT_S, lambda: self.stopped):
                    continue
                self._projected(after + 1, PROJECTED_S)
                time.sleep(max(0.0, looked + GATHER_S - time.monotonic()))
                looked = time.monotonic()
                told = self.told(ledger.since(after, AT_ONCE_MAX), where=True)
                if told:
                    after = told[-1].position
                    take(told)
            except Unavailable:
                time.sleep(WAIT_S)  # listeners meet it themselves, or just wait
            except Exception:
                log.exception("following the ledger failed; trying again")
                time.sleep(WAIT_S)


def _stretch(told: list[Told], choice: Choice) -> Stretch | None:
    return (told[-1].position, Chosen(choice.of(told))) if told else None


def told_of(engine: Engine, records: Sequence[Record], *, where: bool) -> list[Told]:
    """Tell records; with `where`, along with whose their sites are and where they lie.

    That is known of what is projected: what is not, yet, is left to the next time.
    """
    if not where or not records:
        return [Told(record) for record in records]
    named = [
        [one[len("site:") :] for one in record.subjects if one.startswith("site:")]
        for record in records
    ]
    with snapshot(engine) as (connection, projected):
        places = territory.places(connection, sorted({site for sites in named for site in sites}))
    known: dict[str, Place] = {place.site: place for place in places}
    return [
        Told(record, [known[site] for site in sites])
        for record, sites in zip(records, named, strict=True)
        if record.position <= projected
    ]
