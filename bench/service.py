"""How is Custody run in this process, through the functions that its HTTP route uses?"""

import asyncio
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import orjson
from pydantic import ValidationError

from bench.day import Day, Sent
from custody.api import slices
from custody.custodian import Custodian, Outcome, Posted, Recorded, Request
from custody.decisions import Poster
from custody.events import AnyMovement, movement_adapter
from custody.intake import Intake
from custody.ledger import Ledger, open_ledger
from custody.projections.freshness import lay_out
from custody.projector import Projector

IN_FLIGHT = 4
"""Requests under way at once: as if a few sites were posting, so that a commit need not wait for parsing."""


def now() -> int:
    """Return the wall clock's milliseconds."""
    return time.time_ns() // 1_000_000


@dataclass(frozen=True, slots=True)
class Service:
    """A ledger, who writes it and who projects it, with the registry of a day filled in."""

    ledger: Ledger
    custodian: Custodian
    projector: Projector


@contextmanager
def opened(url: str, day: Day) -> Iterator[Service]:
    """Run Custody on a database, without its HTTP, until the block ends."""
    ledger = open_ledger(url)
    lay_out(ledger.engine)
    custodian = Custodian(ledger, now)
    for registration in day.registrations():
        custodian.register(registration)
    projector = Projector(ledger)
    projector.catch_up()
    yield Service(ledger, custodian, projector)
    projector.stop()
    ledger.close()


def ingest(service: Service, requests: Sequence[Sent], in_flight: int = IN_FLIGHT) -> None:
    """Take in requests from their bytes to the bytes of their answers, a few of them at once."""
    asyncio.run(_ingest(service.custodian, requests, in_flight))


async def _ingest(custodian: Custodian, requests: Sequence[Sent], in_flight: int) -> None:
    waiting = iter(requests)
    async with Intake(custodian) as intake:

        async def client() -> None:
            for sent in waiting:
                await _post(intake, sent.site, sent.body)

        async with asyncio.TaskGroup() as clients:
            for _ in range(in_flight):
                clients.create_task(client())


async def _post(intake: Intake, site: str, body: bytes) -> bytes:
    poster = Poster("bench", site)
    at = now()
    posted = [Posted(_read(one), one, poster, at) for one in slices.of_array(body)]
    outcomes = await intake.take(Request(posted))
    return orjson.dumps({"results": [_answer(outcome) for outcome in outcomes]})


def _read(data: bytes) -> AnyMovement:
    try:
        return movement_adapter.validate_json(data)
    except ValidationError as error:
        raise AssertionError(f"the bench made up a movement that is none: {error}") from error


def _answer(outcome: Outcome) -> dict[str, object]:
    assert isinstance(outcome, Recorded), outcome
    assert not outcome.duplicate
    receipt = outcome.receipt
    return {
        "id": receipt.id,
        "status": "recorded",
        "position": receipt.position,
        "recorded_at": receipt.recorded_at,
        "remarks": receipt.remarks,
    }
