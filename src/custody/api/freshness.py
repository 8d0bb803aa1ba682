"""Has the service reached the position that the asker has seen? Waiting for it holds no thread."""

import asyncio
from collections.abc import Callable
from contextlib import suppress

from starlette.concurrency import run_in_threadpool

from custody.terms import Position, Refused

WAIT_S = 5.0
LOOK_S = 0.01
"""How often one of those who wait looks for all of them."""


class Tide:
    """How far something has risen, and those who wait for it to rise further."""

    def __init__(self, look: Callable[[Position], Position]) -> None:
        """`look`: says how far it has risen, knowing that somebody waits for it to be so far."""
        self._look = look
        self._seen: Position = 0
        self._looking: asyncio.Task[None] | None = None

    async def reaches(self, position: Position, seconds: float = WAIT_S) -> None:
        """Return once it has risen to a position. Raises Refused when time runs out first."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._rise_to(position)
        if self._seen < position:
            raise Refused("not_there_yet")

    async def _rise_to(self, position: Position) -> None:
        while self._seen < position:
            if self._looking is None or self._looking.done():
                self._looking = asyncio.create_task(self._look_once(position))
            # Shielded: whoever runs out of time must not take the look from the others.
            await asyncio.shield(self._looking)
            if self._seen < position:
                await asyncio.sleep(LOOK_S)

    async def _look_once(self, position: Position) -> None:
        self._seen = max(self._seen, await run_in_threadpool(self._look, position))
