"""How fast does `custody verify` prove a whole ledger once more, and how fast could it at best?"""

import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from functools import partial
from hashlib import sha256

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
from custody.log import stretches
from custody.log.entry import itemised

COMMAND = [sys.executable, "-m", "custody", "verify", "--json"]
TEXT = bytes(96)
"""About as much as an item, a body's digest and a pair of nodes are long: a digest costs the same
up to twice that."""
MEASURED = 1 << 14
"""Facts whose digests are made."""


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on both engines."""
    for engine in ENGINES:
        day = Day(scale.sites)
        with databases.fresh(engine) as url, opened(url, day) as service:
            for sent in day.requests(scale.verified // scale.request + 1, scale.request):
                _append(service, sent)
            logs.seal(service.ledger)
            facts = service.ledger.head().position
            contenders = {
                "verified": partial(_verify, url, facts),
                "digests alone": partial(_digests, service, facts),
            }
            measured = measure(scale.rounds, contenders)
        yield Row(
            f"custody verify, {facts:,} facts",
            engine,
            f"{rate(measured.median('verified'))} facts",
            f"its digests alone, {rate(measured.median('digests alone'))}",
            measured.median("verified") / 1000,
            Goal(100, 200, unit="k/s"),
        )


def _append(service: Service, sent: Sent) -> None:
    """Record movements as they are, without deciding on them: what was decided is not verified."""
    service.ledger.append([*map(_entry, sent.movements)], now=now())


def _entry(data: bytes) -> Entry:
    fact = read_movement(data)
    return Entry(fact.type, fact.version, data, fact.subjects(), "bench")


def _verify(url: str, facts: int) -> float:
    """Run `custody verify`; return how many facts a second, its own start included.

    In this process, whose threads forbid it to be forked, it would start others as it never does.
    """
    settings = {**os.environ, "CUSTODY_DATABASE_URL": url}
    begun = time.perf_counter()
    told = subprocess.run(COMMAND, env=settings, check=True, capture_output=True).stdout
    seconds = time.perf_counter() - begun
    found = json.loads(told)
    assert (found["records"], found["checkpoints"], found["wrong"]) == (facts, 1, []), found
    return facts / seconds


def _digests(service: Service, facts: int) -> float:
    """Make as many digests as leaves take; return for how many facts that is enough a second.

    All processes that verify together, if none of them slowed another.
    """
    records = service.ledger.since(0, MEASURED)
    items = sum(len(itemised(one.subjects)) for one in records)
    # Two an item and one for each that joins two of them; the body, the leaf, the node above it.
    digests = 3 * items - len(records) + 3 * len(records)
    begun = time.perf_counter()
    for _ in range(digests):
        sha256(TEXT).digest()
    seconds = time.perf_counter() - begun
    return len(records) / seconds * stretches.processes(facts)
