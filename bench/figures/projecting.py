"""How fast do the projections follow, and how far behind are they under a steady load?"""

import asyncio
import time
from collections.abc import Iterator
from functools import partial
from queue import SimpleQueue
from statistics import median
from threading import Thread

from bench.databases import ENGINES, POSTGRESQL, Databases
from bench.day import Day, Sent
from bench.peers import library, runner
from bench.rounds import Contender, measure
from bench.scale import Scale
from bench.served import Answers
from bench.service import Service, ingest, opened, post
from bench.table import Goal, Row, millis, plain, rate
from custody.intake import Intake
from custody.projections.freshness import lay_out
from custody.projections.tables import metadata

OFFERED = 2_000
"""Movements a second, as when terminals flush after an outage."""

LIBRARY_REQUESTS = 2
"""The library projects so slowly that a part of the ledger must do."""


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure catching up with a whole ledger, then the lag behind one that grows."""
    day = Day(scale.sites)
    requests = day.requests(scale.requests, scale.request)
    for engine in ENGINES:
        with databases.fresh(engine) as url, opened(url, day) as service:
            ingest(service, requests)
            contenders: dict[str, Contender] = {"custody": partial(catch_up, service)}
            if engine == POSTGRESQL:
                contenders["library"] = partial(_library, databases, requests[:LIBRARY_REQUESTS])
            measured = measure(scale.rounds, contenders)
        peer = "ProjectionRunner does not run on it"
        if engine == POSTGRESQL:
            ratio = measured.ratio("custody", "library")
            events = rate(measured.median("library"))
            peer = f"ProjectionRunner, {events} events: {plain(ratio)} ×"
        facts = measured.median("custody")
        goal = Goal(25, 50, unit="k/s")
        figure = f"{rate(facts)} facts"
        yield Row("projecting everything", engine, figure, peer, facts / 1000, goal)
    for engine in ENGINES:
        lags = [_lag(databases, engine, day, scale) for _ in range(scale.rounds)]
        p99 = median(lag.p99 for lag in lags)
        yield Row(
            f"lag at {rate(OFFERED)} movements",
            engine,
            f"p50 {millis(median(lag.p50 for lag in lags))}, p99 {millis(p99)}",
            "",
            p99,
            Goal(1, 0.5, "most", "s"),
        )


def catch_up(service: Service) -> float:
    """Forget the projections and project the ledger again; return how many facts a second."""
    engine = service.ledger.engine
    metadata.drop_all(engine)
    lay_out(engine)
    begun = time.perf_counter()
    return service.projector.catch_up() / (time.perf_counter() - begun)


def _library(databases: Databases, requests: list[Sent]) -> float:
    with databases.fresh(POSTGRESQL) as url:
        environment = library.environment(url)
        application = library.Collection(env=environment)
        for sent in requests:
            application.record(sent.movements)
        events = application.recorder.max_notification_id() or 0
        application.close()
        return events / runner.project(environment, events)


def _lag(databases: Databases, engine: str, day: Day, scale: Scale) -> Answers:
    """Offer movements evenly, one by one; time each from its answer until it is projected."""
    seconds = scale.seconds
    fresh = Day(len(day.sites), seed=0)
    movements = [
        one
        for sent in fresh.requests(int(OFFERED * seconds) // 62 + 1, 62)
        for one in sent.one_by_one()
    ]
    answered: SimpleQueue[tuple[int, float] | None] = SimpleQueue()
    lags: list[float] = []
    with databases.fresh(engine) as url, opened(url, fresh) as service:
        service.projector.start()
        watch = Thread(target=_watch, args=(service, answered, lags))
        watch.start()
        asyncio.run(_offer(service, movements, answered))
        answered.put(None)
        watch.join()
    return Answers(seconds, lags)


async def _offer(
    service: Service, movements: list[Sent], answered: "SimpleQueue[tuple[int, float] | None]"
) -> None:
    begun = time.perf_counter()
    async with Intake(service.custodian) as intake, asyncio.TaskGroup() as posting:

        async def one(sent: Sent) -> None:
            position = await post(intake, sent)
            answered.put((position, time.perf_counter()))

        for number, sent in enumerate(movements):
            posting.create_task(one(sent))
            await asyncio.sleep(max(0, begun + number / OFFERED - time.perf_counter()))


def _watch(
    service: Service, answered: "SimpleQueue[tuple[int, float] | None]", lags: list[float]
) -> None:
    while (one := answered.get()) is not None:
        position, at = one
        assert service.projector.wait_for(position, 60)
        lags.append(max(0.0, time.perf_counter() - at))
