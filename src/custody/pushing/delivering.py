"""Who delivers? One process, a task for each subscription, one delivery of each at a time."""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import TYPE_CHECKING, Final

from anyio.to_thread import current_default_thread_limiter

from custody.feed import Following
from custody.ledger import Ledger, Unavailable
from custody.ledger.leading import lead_of
from custody.pushing import progress, tables
from custody.pushing.addresses import Networks
from custody.pushing.backoff import Patience
from custody.pushing.places import Places
from custody.pushing.progress import Active
from custody.pushing.sources import Behind
from custody.pushing.telling import Course, Telling
from custody.terms import Millis

if TYPE_CHECKING:
    from custody.pushing.posting import Posting

LOOK_S: Final = 0.5
"""How often it looks which subscriptions there are, and whose keys were revoked."""

IDLE_S: Final = 1.0
"""How long one that does not lead, or met a fault of ours, waits before it looks again."""

STOP_S: Final = 3.0
"""How long deliveries under way are waited for when it is told to stop."""

THREADS_MAX: Final = 4
"""Threads, and so connections, that it takes from those who answer in the same process."""

LOOKUPS_MAX: Final = 64
"""Names of receivers that are looked up at once: some are looked up for half a minute in vain."""

_LOCK: Final = 0x70757368696E67  # any number, as long as every process asks for the same

log = logging.getLogger(__name__)

Post = Callable[[], "Posting"]


class Deliverer:
    """Tells every active subscription what is its to hear, while it leads."""

    def __init__(
        self,
        ledger: Ledger,
        master: bytes | None,
        networks: Networks,
        clock: Callable[[], Millis],
        *,
        patience: Patience | None = None,
        chance: Callable[[], float] = random.random,
        posting: Post | None = None,
    ) -> None:
        """`chance` and `patience` say when it is tried again; `posting` opens a connection."""
        self._ledger = ledger
        self._clock = clock
        self._lead = lead_of(ledger.engine, _LOCK, "pushing")
        self._course = Course(
            ledger,
            master,
            clock,
            patience or Patience(),
            chance,
            posting or _postings(networks),
        )
        self._loop: asyncio.AbstractEventLoop | None = None
        self._thread: Thread | None = None
        self._stopped = False
        self._told: dict[str, tuple[Telling, asyncio.Task[None]]] = {}
        self._resting: dict[str, float] = {}
        self._ended_since: set[str] = set()
        """Those that ended while it looked: what it saw of them is no longer so."""

    def start(self, after_s: float = 0) -> None:
        """Deliver in a thread of its own until stopped.

        `after_s`: leave the lead to others for so long, and give it back when one of them comes.
        """
        tables.lay_out(self._ledger.engine)
        self._lead.stands_by = after_s > 0
        run = partial(asyncio.run, self._run(after_s))
        self._thread = Thread(target=run, name="pushing", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Let what is under way arrive, for a while, and another process lead."""
        self._stopped = True
        self._stir()
        if self._thread is not None:
            # A name that is still being looked up is not waited for.
            self._thread.join(2 * STOP_S)

    def _stir(self) -> None:
        loop = self._loop
        if loop is not None:
            with suppress(RuntimeError):  # it has ended by itself
                loop.call_soon_threadsafe(self._stirred.set)

    async def _run(self, after_s: float) -> None:
        current_default_thread_limiter().total_tokens = THREADS_MAX
        self._stirred = asyncio.Event()
        self._loop = asyncio.get_running_loop()
        self._loop.set_default_executor(ThreadPoolExecutor(LOOKUPS_MAX, "lookup"))
        self._course.places = Places()
        self._course.following = following = Following(self._ledger)
        try:
            await self._rest(after_s)
            while not self._stopped:
                await self._rest(await self._look())
            following.stop()
            await self._end(STOP_S)
        finally:
            self._lead.drop()
            await following.close()

    async def _look(self) -> float:
        """Let those be told who should be; return how long nothing else needs to be done."""
        try:
            if await self._course.ask(self._lead.take):
                self._ended_since.clear()
                return self._attend(await self._course.ask(progress.active, self._ledger.engine))
        except Unavailable:
            self._lead.drop()
        except Exception:
            log.exception("delivering stopped; trying again")
            self._lead.drop()
        await self._end(0)
        return IDLE_S

    def _attend(self, found: list[Active]) -> float:
        wait = LOOK_S
        wanted = {one.subscription.id: one for one in found}
        self._course.places.keep({*wanted})
        for id_, (telling, task) in [*self._told.items()]:
            if not telling.serves(wanted.get(id_)) and not telling.busy:
                task.cancel()
        now, clock = time.monotonic(), self._clock()
        for id_, one in wanted.items():
            if id_ in self._told or id_ in self._ended_since:
                continue
            due_s = (one.subscription.next_at or 0) / 1000 - clock / 1000
            due_s = max(due_s, self._resting.get(id_, 0) - now)
            if due_s > 0:
                wait = min(wait, due_s)
            else:
                self._resting.pop(id_, None)
                self._begin(one)
        return wait

    def _begin(self, one: Active) -> None:
        id_ = one.subscription.id
        telling = Telling(self._course, one)
        task = asyncio.create_task(telling.run())
        self._told[id_] = telling, task
        task.add_done_callback(partial(self._ended, id_))

    def _ended(self, id_: str, task: asyncio.Task[None]) -> None:
        self._told.pop(id_, None)
        self._ended_since.add(id_)
        self._stirred.set()
        if not task.cancelled() and (error := task.exception()) is not None:
            self._resting[id_] = time.monotonic() + IDLE_S
            if not isinstance(error, (Unavailable, Behind)):
                log.error("delivering to %s failed; trying again", id_, exc_info=error)

    async def _rest(self, seconds: float) -> None:
        if not self._stopped:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stirred.wait(), seconds)
        self._stirred.clear()

    async def _end(self, within_s: float) -> None:
        tasks = [task for _, task in self._told.values()]
        if tasks and within_s:
            await asyncio.wait(tasks, timeout=within_s)
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


def _postings(networks: Networks) -> Post:
    def posting() -> "Posting":
        # Nobody may ever subscribe, and then nobody needs an HTTP client.
        from custody.pushing.posting import Posting

        return Posting(networks)

    return posting
