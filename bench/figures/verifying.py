"""How fast does `custody verify` prove a whole ledger once more?"""

import time
from collections.abc import Iterator
from functools import partial

from bench import logs
from bench.databases import ENGINES, Databases
from bench.day import Day, Sent
from bench.rounds import measure
from bench.scale import Scale
from bench.service import Service, opened
from bench.table import Goal, Row, rate
from custody.clock import now
from custody.events import read_movement
from custody.ledger import Entry
from custody.log import verifying


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on both engines."""
    for engine in ENGINES:
        day = Day(scale.sites)
        with databases.fresh(engine) as url, opened(url, day) as service:
            for sent in day.requests(scale.verified // scale.request + 1, scale.request):
                _append(service, sent)
            logs.seal(service.ledger)
            facts = service.ledger.head().position
            measured = measure(scale.rounds, {"verified": partial(_verify, service, facts)})
        yield Row(
            f"custody verify, {facts:,} facts",
            engine,
            f"{rate(measured.median('verified'))} facts",
            "",
            measured.median("verified") / 1000,
            Goal(100, 200, unit="k/s"),
        )


def _append(service: Service, sent: Sent) -> None:
    """Record movements as they are, without deciding on them: what was decided is not verified."""
    service.ledger.append([*map(_entry, sent.movements)], now=now())


def _entry(data: bytes) -> Entry:
    fact = read_movement(data)
    return Entry(fact.type, fact.version, data, fact.subjects(), "bench")


def _verify(service: Service, facts: int) -> float:
    """Do what `custody verify` does; return how many facts a second."""
    begun = time.perf_counter()
    found = verifying.verify(service.ledger, logs.read_note, lambda *_: None)
    seconds = time.perf_counter() - begun
    assert (found.records, found.checkpoints, [*found.wrong]) == (facts, 1, []), found.wrong
    return facts / seconds
