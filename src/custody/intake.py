"""How do movements that come one by one get written together? All that wait, at once."""

import asyncio
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Self

from custody.custodian import Custodian, Outcome, Posted, Request
from custody.decisions import near_miss
from custody.terms import Refused

MOVEMENTS_MAX = 1_000
"""Movements a commit."""

SUBJECTS_MAX = 20_000
"""Subjects a commit; a strict request with more is written alone."""

WAITING_MAX = 20_000
"""Movements that may wait; whoever comes then is asked to come again."""


class Busy(Exception):
    """Too many movements wait already; nothing of this request was taken."""


@dataclass(slots=True)
class _Waiting:
    request: Request
    subjects: int
    answer: asyncio.Future[list[Outcome]]


class Intake:
    """The queue before the custodian, and the one worker that empties it."""

    def __init__(self, custodian: Custodian) -> None:
        self._custodian = custodian
        self._queue: deque[_Waiting] = deque()
        self._movements = 0
        self._arrived = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="custodian")
        self._worker: asyncio.Task[None] | None = None
        self._leaving = False

    async def __aenter__(self) -> Self:
        self._worker = asyncio.create_task(self._work(), name="intake")
        return self

    async def __aexit__(self, *_: object) -> None:
        """Write what waits, then stop."""
        assert self._worker is not None, "left before it was entered"
        self._leaving = True
        self._arrived.set()
        await self._worker
        self._thread.shutdown()

    @property
    def waiting(self) -> int:
        """How many movements wait to be written."""
        return self._movements

    async def take(self, request: Request) -> list[Outcome]:
        """Hand on the movements of one request; return when they are committed or refused.

        Raises Busy when the queue is full or closing, and whatever kept it from being written.
        """
        full = self._movements and self._movements + len(request.movements) > WAITING_MAX
        if full or self._leaving:
            raise Busy
        parts = [self._enqueue(*part) for part in _parts(request)]
        if len(parts) == 1:
            return await parts[0]
        return [outcome for answers in await asyncio.gather(*parts) for outcome in answers]

    def _enqueue(self, request: Request, subjects: int) -> asyncio.Future[list[Outcome]]:
        answer: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        self._queue.append(_Waiting(request, subjects, answer))
        self._movements += len(request.movements)
        self._arrived.set()
        return answer

    async def _work(self) -> None:
        loop = asyncio.get_running_loop()
        while batch := await self._next_batch():
            requests = [one.request for one in batch]
            try:
                answers = await loop.run_in_executor(self._thread, self._custodian.record, requests)
            except Exception as error:  # noqa: BLE001 - whatever it is, it is the askers' answer
                for one in batch:
                    if not one.answer.done():
                        one.answer.set_exception(error)
            else:
                for one, answer in zip(batch, answers, strict=True):
                    if not one.answer.done():  # its asker may have gone
                        one.answer.set_result(answer)

    async def _next_batch(self) -> list[_Waiting]:
        """Take from the queue all that fits into one commit; nothing, once all is written."""
        if not self._leaving:
            await self._arrived.wait()
        batch: list[_Waiting] = []
        movements = subjects = 0
        while self._queue:
            one = self._queue[0]
            movements += len(one.request.movements)
            subjects += one.subjects
            if batch and (movements > MOVEMENTS_MAX or subjects > SUBJECTS_MAX):
                break
            batch.append(self._queue.popleft())
        self._movements -= sum(len(one.request.movements) for one in batch)
        if not self._queue:
            self._arrived.clear()
        return batch


def _parts(request: Request) -> list[tuple[Request, int]]:
    """Cut a request that concerns too many subjects for one commit; a strict one is never cut.

    Each part comes with how many subjects it concerns.
    """
    each = [_subjects_of(posted) for posted in request.movements]
    if request.strict or sum(each) <= SUBJECTS_MAX:
        return [(request, sum(each))]
    parts: list[tuple[Request, int]] = []
    movements: list[Posted] = []
    subjects = 0
    for posted, own in zip(request.movements, each, strict=True):
        if movements and subjects + own > SUBJECTS_MAX:
            parts.append((Request(movements), subjects))
            movements, subjects = [], 0
        movements.append(posted)
        subjects += own
    return [*parts, (Request(movements), subjects)]


def _subjects_of(posted: Posted) -> int:
    """Say how many subjects a movement's decision may read: itself, and what it names or means."""
    fact = posted.fact
    if isinstance(fact, Refused):
        return 0
    return len(fact.batteries_named()) + near_miss.reads_at_most(fact) + 2
