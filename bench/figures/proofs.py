"""How soon is it shown that a fact is in the log, and a battery's evidence made and verified?"""

import time
from collections.abc import Callable, Iterator
from random import Random
from statistics import median

import orjson

from bench import logs
from bench.databases import ENGINES, Databases
from bench.day import Day
from bench.scale import Scale
from bench.served import served
from bench.service import ingest, opened
from bench.table import Goal, Row, millis
from custody import history
from custody.auditing import custody_verify
from custody.clock import now
from custody.log import evidence

FACTS = 100
"""Of the battery whose evidence is made."""
TRIES = 5
"""A round: the first is slower, by what it has to load."""


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on both engines."""
    for engine in ENGINES:
        yield _inclusion(databases, engine, scale)
    for engine in ENGINES:
        yield from _evidence(databases, engine, scale)


def _inclusion(databases: Databases, engine: str, scale: Scale) -> Row:
    """Ask for one proof after another, of leaves all over the log."""
    rng = Random(2)
    with databases.fresh(engine) as url:
        with opened(url) as service:
            logs.make_up(service.ledger, scale.leaves)
        with served(url) as server:
            path = "/log/proof/inclusion?index="
            asked = [
                server.get(f"{path}{rng.randrange(scale.leaves)}", server.keys["auditor"])
                for _ in range(scale.questions)
            ]
            rounds = [server.ask([asked]) for _ in range(scale.rounds)]
    p50, p99 = median(one.p50 for one in rounds), median(one.p99 for one in rounds)
    return Row(
        f"an inclusion proof among {scale.leaves:,} facts",
        engine,
        f"p50 {millis(p50)}, p99 {millis(p99)}",
        "",
        p99 * 1000,
        Goal(10, 5, "most", "ms"),
    )


def _evidence(databases: Databases, engine: str, scale: Scale) -> Iterator[Row]:
    day = Day(1)
    ref, posted = day.life(FACTS)
    with databases.fresh(engine) as url, opened(url, day) as service:
        ingest(service, posted)
        logs.seal(service.ledger)
        codes = history.read(service.ledger, ref).codes

        def make() -> bytes:
            return orjson.dumps(
                evidence.bundle(service.ledger, ref, codes, evidence.every_body, now())
            )

        policy = custody_verify.read_policy(logs.POLICY.encode())
        bundle = make()

        def verify() -> None:
            asked = custody_verify.Wishes(ref)
            found = custody_verify.verify(policy, bundle, int(time.time()), asked)
            assert not found.errors, found.errors

        made, verified = _seconds(make, scale), _seconds(verify, scale)
    kib = f"{len(bundle) / 1024:.0f} KiB"
    yield Row(f"evidence of {FACTS} facts: made", engine, millis(made), kib)
    if engine == ENGINES[0]:  # the verifier knows no database
        goal = Goal(100, 50, "most", "ms")
        work = f"evidence of {FACTS} facts: verified"
        yield Row(work, "custody_verify.py", millis(verified), kib, verified * 1000, goal)


def _seconds(act: Callable[[], object], scale: Scale) -> float:
    """Return how long an act takes: the middle of all tries."""
    seen = []
    for _ in range(scale.rounds * TRIES):
        begun = time.perf_counter()
        act()
        seen.append(time.perf_counter() - begun)
    return median(seen)
