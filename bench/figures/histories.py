"""How soon is a battery's whole history told over HTTP, with a hundred thousand facts stored?"""

from collections.abc import Iterator
from random import Random
from statistics import median

import orjson

from bench.databases import ENGINES, Databases
from bench.day import GROUP, Day
from bench.scale import Scale
from bench.served import Answers, served
from bench.service import ingest, opened
from bench.table import Goal, Row, millis


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on both engines, one client asking for one battery after another."""
    for engine in ENGINES:
        facts, rounds = _histories(databases, engine, scale)
        p50 = median(one.p50 for one in rounds)
        p99 = median(one.p99 for one in rounds)
        yield Row(
            f"one battery's history, {facts:,} facts stored",
            engine,
            f"p50 {millis(p50)}, p99 {millis(p99)}",
            "",
            p99 * 1000,
            Goal(20, 10, "most", "ms"),
        )


def _histories(databases: Databases, engine: str, scale: Scale) -> tuple[int, list[Answers]]:
    day = Day(scale.sites)
    with databases.fresh(engine) as url:
        refs = []
        size = max(GROUP, scale.request // GROUP * GROUP)
        with opened(url, day) as service:
            requests = day.requests(scale.history // size + 1, size)
            ingest(service, requests)
            facts = service.projector.catch_up()
            for sent in requests:
                said = [orjson.loads(one) for one in sent.movements]
                refs += [one["battery"]["code"] for one in said if one["type"] == "drop_off"]
        rng = Random(1)
        with served(url) as server:
            key = server.keys["auditor"]
            asked = [
                server.get(f"/v1/batteries/{rng.choice(refs)}/history", key)
                for _ in range(scale.questions)
            ]
            rounds = [server.ask([asked]) for _ in range(scale.rounds)]
    return facts, rounds
