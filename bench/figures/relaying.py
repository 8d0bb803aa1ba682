"""How fast does `custody relay` pass facts on into a NATS JetStream?"""

import asyncio
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from statistics import median

from bench.databases import ENGINES, Databases
from bench.day import GROUP, Day
from bench.scale import Scale
from bench.service import ingest, opened
from bench.table import Row, rate
from custody.ledger import Ledger
from custody.relaying import lay_out
from custody.relaying.relay import Relay, Target
from tests.relaying.cluster import Cluster, clustered

STREAM = "FACTS"


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on both engines, into a stream of one server that flushes each message."""
    size = max(GROUP, scale.request // GROUP * GROUP)
    with tempfile.TemporaryDirectory() as folder, clustered(Path(folder), 1) as cluster:
        for engine in ENGINES:
            day = Day(scale.sites)
            with databases.fresh(engine) as url, opened(url, day) as service:
                ingest(service, day.requests(scale.pushed // size + 1, size))
                facts = service.projector.catch_up()
                lay_out(service.ledger.engine)
                passed = [
                    facts / _passed_on(service.ledger, cluster, f"round {number}")
                    for number in range(scale.rounds)
                ]
            yield Row("facts relayed into NATS", engine, f"{rate(median(passed))} facts")


def _passed_on(ledger: Ledger, cluster: Cluster, name: str) -> float:
    """Pass the whole ledger on into an empty stream; return how many seconds that took."""
    cluster.create(STREAM)
    relay = Relay(ledger, Target((cluster.url,), STREAM, name=name))
    begun = time.perf_counter()
    asyncio.run(relay.run(once=True))
    seconds = time.perf_counter() - begun
    assert relay.cursor == cluster.info(STREAM).state.messages == ledger.head().position
    cluster.remove(STREAM)
    return seconds
