"""How is the ledger passed on, by one process for each relay, from where it was to its end?"""

import asyncio
import logging
import random
import time
from collections.abc import Callable
from dataclasses import dataclass
from hashlib import sha256
from typing import Final

from starlette.concurrency import run_in_threadpool

from custody.feed import Envelope
from custody.feed.known import Known
from custody.ledger import Ledger, Record, Unavailable
from custody.ledger.leading import lead_of
from custody.relaying import tables
from custody.relaying.jetstream import WINDOW_MAX, Publisher
from custody.terms import Position

IDLE_S: Final = 1.0
"""How long one that does not lead, or has nothing to pass on, waits before it looks again."""

LOOK_S: Final = 0.05
"""How often it looks whether every query knows what is to be passed on next."""

STALLED_S: Final = 5.0
"""How long one that is to stop at the ledger's end waits for queries that learn of nothing."""

PAUSE_MAX_S: Final = 10.0
"""The longest that it waits after a failure, before it goes on."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Target:
    """Into what it is passed on, and as what."""

    servers: tuple[str, ...]
    stream: str
    subject: str = "custody.facts"
    name: str = "nats"
    envelope: Envelope = "cloudevent"
    credentials: str | None = None
    replicas: int | None = None
    """How many a stream is to have that is not there yet; None: it has to be there."""


class Stalled(Exception):
    """What was recorded past a position is known to no query, and stays so."""

    def __init__(self, position: Position) -> None:
        super().__init__(position)
        self.position = position


class Relay:
    """Passes the ledger on while it leads; the cursor follows what was acknowledged."""

    def __init__(
        self, ledger: Ledger, target: Target, chance: Callable[[], float] = random.random
    ) -> None:
        self._ledger = ledger
        self._target = target
        self._chance = chance
        self._known = Known(ledger.engine)
        self._lead = lead_of(ledger.engine, _number(target.name), f"relay-{target.name}")
        self._publisher = Publisher(target.stream, target.subject, target.envelope)
        self._stopped = False
        self.cursor: Position = 0

    def stop(self) -> None:
        """Stop after the window under way."""
        self._stopped = True
        self._ledger.stir()

    async def run(self, *, once: bool = False) -> None:
        """Pass on until stopped; `once`: until the end of the ledger as it is met.

        Raises MissingLibrary, NotThere, Stalled if it is to stop and cannot reach the end, and what
        the library raises if it cannot connect at first.
        """
        await run_in_threadpool(tables.lay_out, self._ledger.engine)
        await self._publisher.connect(self._target.servers, self._target.credentials)
        try:
            await self._publisher.ensure(self._target.replicas)
            while not self._stopped:
                if not await run_in_threadpool(self._lead.take):
                    await asyncio.sleep(IDLE_S)
                elif await self._pass_on(once=once):
                    return
        finally:
            await run_in_threadpool(self._lead.drop)
            await self._publisher.close()

    async def _pass_on(self, *, once: bool) -> bool:
        """Pass on while it leads; return whether it has met the end that it was to meet."""
        name, engine = self._target.name, self._ledger.engine
        failures = 0
        try:
            self.cursor = await run_in_threadpool(tables.reached, engine, name)
            while not self._stopped and await run_in_threadpool(self._lead.take):
                records = await self._next(once=once)
                if not records:
                    if once:
                        return True
                    continue
                acknowledged, why = await self._publisher.publish(records)
                if acknowledged is not None:
                    before, self.cursor, failures = self.cursor, acknowledged, 0
                    if not await run_in_threadpool(tables.move, engine, name, before, acknowledged):
                        return False  # another has: look again where it is, and who leads
                if why:
                    failures += 1
                    log.warning(
                        "转发在位置 %s 之后受阻，将重试。Passing on is held up behind this "
                        "position, and tried again: %s",
                        self.cursor,
                        why,
                    )
                    await asyncio.sleep(self._chance() * min(PAUSE_MAX_S, 0.1 * 2**failures))
        except Unavailable as error:
            log.warning("数据库暂不可用，将重试。The database is away; trying again: %s", error)
            await run_in_threadpool(self._lead.drop)
            await asyncio.sleep(IDLE_S)
        return False

    async def _next(self, *, once: bool) -> list[Record]:
        """Return the next records that every query knows of; none after a while without any."""
        ledger, at = self._ledger, self.cursor
        if not once:
            await run_in_threadpool(ledger.wait, at, IDLE_S, lambda: self._stopped)
        end = (await run_in_threadpool(ledger.head)).position
        until = time.monotonic() + (STALLED_S if once else IDLE_S)
        while end > at and not self._stopped:
            known = await run_in_threadpool(self._known.reached, end)
            if known > at:
                return await run_in_threadpool(ledger.since, at, min(known - at, WINDOW_MAX))
            if time.monotonic() >= until:
                if once:
                    raise Stalled(at)
                break
            await asyncio.sleep(LOOK_S)
        return []


def _number(name: str) -> int:
    """Return the number of a relay's lock: the same in every process, and another for each name."""
    return int.from_bytes(sha256(f"custody relay {name}".encode()).digest()[:7])
