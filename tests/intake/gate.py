"""How does a test hold an intake up, and ask it for several things at once?"""

import asyncio
from collections.abc import Coroutine, Sequence
from threading import Event
from typing import Any

from custody.custodian import Outcome
from tests.custodians import Interrupted, shown


class Gate:
    """Holds up every append until it is opened."""

    def __init__(self, ledger: Interrupted) -> None:
        self._reached, self._opened = Event(), Event()
        ledger.before_append = self._pass

    def _pass(self) -> None:
        self._reached.set()
        assert self._opened.wait(60)

    async def reached(self) -> None:
        """Return when a batch stands before the gate."""
        await asyncio.to_thread(self._reached.wait, 60)

    def open(self) -> None:
        self._opened.set()


def packs(number: int, *, first: int = 0) -> list[str]:
    return [f"maker:{n}" for n in range(first, first + number)]


async def asked(*takes: Coroutine[Any, Any, list[Outcome]]) -> list[asyncio.Task[list[Outcome]]]:
    """Ask in this order, without waiting for answers."""
    tasks = [asyncio.ensure_future(take) for take in takes]
    await asyncio.sleep(0)
    return tasks


def statuses(answers: Sequence[Sequence[Outcome]]) -> list[str]:
    return [shown(outcome)[0] for answer in answers for outcome in answer]
