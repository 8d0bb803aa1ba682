"""How fast are projections built anew, beside reading and decoding the ledger in Python?"""

import time
from collections.abc import Iterator
from functools import partial

from bench.databases import ENGINES, Databases
from bench.day import Day
from bench.rounds import measure
from bench.scale import Scale
from bench.service import Service, ingest, opened
from bench.table import Goal, Row, rate
from custody import rebuilding
from custody.events import movement_adapter
from custody.events.fact import type_ranks

AT_ONCE = 10_000


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on both engines."""
    day = Day(scale.sites)
    requests = day.requests(scale.history // scale.request + 1, scale.request)
    for engine in ENGINES:
        with databases.fresh(engine) as url, opened(url, day) as service:
            ingest(service, requests)
            position = service.projector.catch_up()
            measured = measure(
                scale.rounds,
                {
                    "rebuild": partial(_rebuild, service, position),
                    "decode": partial(_decode, service, position),
                },
            )
        yield Row(
            f"rebuild of location + inventory, {position:,} facts",
            engine,
            f"{rate(measured.median('rebuild'))} facts",
            f"read and decoded in Python, {rate(measured.median('decode'))}",
            measured.ratio("rebuild", "decode"),
            Goal(0.3, 0.7),
        )


def _rebuild(service: Service, facts: int) -> float:
    """Do what `custody rebuild location inventory` does; return how many facts a second."""
    begun = time.perf_counter()
    rebuilding.rebuild(service.ledger, {"location", "inventory"}, lambda *_: None)
    return facts / (time.perf_counter() - begun)


def _decode(service: Service, facts: int) -> float:
    """Read the ledger and make a fact of each movement, of which nothing is kept."""
    begun = time.perf_counter()
    position = 0
    while records := service.ledger.since(position, AT_ONCE):
        for record in records:
            if record.type in type_ranks:
                movement_adapter.validate_json(record.data)
        position = records[-1].position
    return facts / (time.perf_counter() - begun)
