"""Who may be delivered to at once, so that a receiver that hangs keeps nobody waiting but its like?

A delivery under way is a task and a connection, of which there may be many. There is a place for
each of them in the common room; whoever took long the last time, or had no answer, waits for one of
a few places apart. So a receiver that hangs costs the others one place, once.
"""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from custody.pushing.subscription import Subscription

DELIVERIES_MAX: Final = 200
"""Deliveries at once to receivers that answer."""

SLOW_MAX: Final = 20
"""Deliveries at once to those that were slow the last time, or had not answered."""

SLOW_S: Final = 2.0
"""How long a delivery may take before its receiver is a slow one."""


class Places:
    """The places, and who was slow. To be made and used in one loop."""

    def __init__(self) -> None:
        self._common = asyncio.Semaphore(DELIVERIES_MAX)
        self._apart = asyncio.Semaphore(SLOW_MAX)
        self._slow: dict[str, bool] = {}

    @asynccontextmanager
    async def place(self, one: Subscription) -> AsyncIterator[None]:
        """Hold a place while a delivery is under way."""
        async with self._apart if self._is_slow(one) else self._common:
            now = asyncio.get_running_loop().time
            begun = now()
            try:
                yield
            finally:
                self._slow[one.id] = now() - begun >= SLOW_S

    def keep(self, ids: set[str]) -> None:
        """Forget all but some subscriptions."""
        self._slow = {id_: slow for id_, slow in self._slow.items() if id_ in ids}

    def _is_slow(self, one: Subscription) -> bool:
        unanswered = one.failures > 0 and one.status is None
        return unanswered or self._slow.get(one.id, False)
