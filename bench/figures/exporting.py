"""How fast does `custody export` write facts into Parquet?"""

import tempfile
import time
from collections.abc import Iterator
from functools import partial
from pathlib import Path

from bench.databases import ENGINES, Databases, settled
from bench.day import Day, Sent
from bench.rounds import measure
from bench.scale import Scale
from bench.service import Service, opened
from bench.table import Goal, Row, rate
from custody import exporting
from custody.clock import now
from custody.events import read_movement
from custody.exporting import Wanted
from custody.ledger import Entry


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on both engines."""
    for engine in ENGINES:
        day = Day(scale.sites)
        with databases.fresh(engine) as url, opened(url, day) as service:
            for sent in day.requests(scale.exported // scale.request + 1, scale.request):
                _append(service, sent)
            facts = service.ledger.head().position
            settled(url)
            measured = measure(scale.rounds, {"exported": partial(_export, service, facts)})
        yield Row(
            f"Parquet export, {facts:,} facts",
            engine,
            f"{rate(measured.median('exported'))} facts",
            "",
            measured.median("exported") / 1000,
            Goal(100, 200, unit="k/s"),
        )


def _append(service: Service, sent: Sent) -> None:
    """Record movements as they are: what was decided of them is not exported."""
    service.ledger.append([*map(_entry, sent.movements)], now=now())


def _entry(data: bytes) -> Entry:
    fact = read_movement(data)
    return Entry(fact.type, fact.version, data, fact.subjects(), "bench")


def _export(service: Service, facts: int) -> float:
    """Export the whole ledger into an empty directory; return how many facts a second."""
    with tempfile.TemporaryDirectory() as folder:
        begun = time.perf_counter()
        made = exporting.export(service.ledger, Path(folder), Wanted("parquet"), lambda *_: None)
        seconds = time.perf_counter() - begun
    assert made.last == facts
    return facts / seconds
