"""How is Custody run in this process, through the functions that its HTTP route uses?"""

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import orjson

from bench.day import Day, Sent
from custody import collector
from custody.api import receipts, slices
from custody.clock import now
from custody.custodian import Custodian, Posted, Recorded, Request
from custody.decisions import Poster
from custody.events import read_movement
from custody.intake import Intake
from custody.ledger import Ledger, open_ledger
from custody.projections.freshness import lay_out
from custody.projector import Projector

IN_FLIGHT = 4
"""Requests under way at once, as if a few sites posted: a commit need not wait for parsing."""


@dataclass(frozen=True, slots=True)
class Service:
    """A ledger, who writes it and who projects it, with the registry of a day filled in."""

    ledger: Ledger
    custodian: Custodian
    projector: Projector


@contextmanager
def opened(url: str, *days: Day) -> Iterator[Service]:
    """Run Custody on a database, without its HTTP, until the block ends."""
    ledger = open_ledger(url)
    lay_out(ledger.engine)
    collector.calm()  # as the service does; peers in this process profit from it too
    custodian = Custodian(ledger, now)
    for day in days:
        for registration in day.registrations():
            custodian.register(registration)
    projector = Projector(ledger)
    projector.catch_up()
    try:
        yield Service(ledger, custodian, projector)
    finally:
        projector.stop()
        ledger.close()


def ingest(
    service: Service,
    requests: Sequence[Sent],
    *,
    known: bool = False,
    answered: Callable[[int], object] = lambda _: None,
) -> None:
    """Take in requests from their bytes to those of their answers; some may be `known` already.

    `answered` is told the position of each answer.
    """

    async def all_of_them() -> None:
        waiting = iter(requests)
        async with Intake(service.custodian) as intake:

            async def client() -> None:
                for sent in waiting:
                    answered(await post(intake, sent, known=known))

            async with asyncio.TaskGroup() as clients:
                for _ in range(IN_FLIGHT):
                    clients.create_task(client())

    asyncio.run(all_of_them())


async def post(intake: Intake, sent: Sent, *, known: bool = False) -> int:
    """Do what the route does with a request's body, up to the answer; return its position."""
    poster = Poster("bench", sent.site)
    received_at = now()
    posted = []
    for data in slices.of_array(sent.body):
        slices.assert_sound(data)
        posted.append(Posted(read_movement(data), data, poster, received_at))
    results = []
    for outcome in await intake.take(Request(posted)):
        assert isinstance(outcome, Recorded), f"the bench made up what is refused: {outcome}"
        assert known or not outcome.duplicate, "the bench made up a movement twice"
        results.append(receipts.receipt(outcome.receipt, "recorded", "en"))
    position: int = results[-1]["position"]
    assert orjson.dumps({"results": results, "position": position})
    return position
