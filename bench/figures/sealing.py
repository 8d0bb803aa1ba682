"""What does keeping the log cost those who take in, and how soon is a fact under a checkpoint?"""

import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack

from sqlalchemy import select

from bench import beside, parties
from bench.databases import ENGINES, Databases
from bench.day import Day, Sent
from bench.rounds import Contender, Measured, measure
from bench.scale import Scale
from bench.served import Answers
from bench.service import Service, ingest, opened
from bench.table import Goal, Row, millis, rate
from custody.log import notes, store, tables
from custody.log.sealer import Sealer

LOOK_S = 0.02
PATIENCE_S = 600


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure taking in with and without the log, and the sealing alone, on both engines."""
    day = Day(scale.sites)
    requests = day.requests(scale.requests, scale.request)
    movements = sum(len(sent.movements) for sent in requests)
    for engine in ENGINES:
        contest = _Contest(databases, engine, day, requests, scale.witnesses)
        measured = measure(scale.rounds, contest.contenders(movements))
        yield from _told(engine, measured, contest.waits)


class _Contest:
    """One engine, on which the same movements are taken in with a log beside and without."""

    def __init__(
        self,
        databases: Databases,
        engine: str,
        day: Day,
        requests: Sequence[Sent],
        witnesses: int,
    ) -> None:
        self._databases = databases
        self._engine = engine
        self._day = day
        self._requests = requests
        self._witnesses = witnesses
        self._recorded: dict[bool, float] = {}
        self.waits: list[float] = []
        """Seconds from each request's answer to the first checkpoint that covers it."""

    def contenders(self, movements: int) -> dict[str, Contender]:
        """Return who is measured, each telling how many movements a second."""
        return {
            "projected, alone": lambda: movements / self._projected(log=False),
            "recorded, alone": lambda: movements / self._recorded[False],
            "projected, with the log": lambda: movements / self._projected(log=True),
            "recorded, with the log": lambda: movements / self._recorded[True],
            "sealed": lambda: movements / self._sealed(),
        }

    def _projected(self, *, log: bool) -> float:
        """Take everything in, until all is projected; with a `log`, wait for its end untimed."""
        answers: list[tuple[int, float]] = []
        with ExitStack() as stack:
            settings = stack.enter_context(parties.signing(self._witnesses)) if log else {}
            url = stack.enter_context(self._databases.fresh(self._engine))
            service = stack.enter_context(opened(url, self._day))
            stack.enter_context(beside.projecting(self._engine, service, url))
            if log:
                stack.enter_context(beside.sealing(self._engine, service, url, settings))
                _published(service)
            begun = time.perf_counter()
            ingest(service, self._requests, answered=lambda at: answers.append((at, time.time())))
            self._recorded[log] = time.perf_counter() - begun
            assert service.projector.wait_for(service.ledger.head().position, PATIENCE_S)
            seconds = time.perf_counter() - begun
            if log:
                self.waits += _waits(answers, _published(service))
        return seconds

    def _sealed(self) -> float:
        """Seal everything while nothing else is done."""
        with self._databases.fresh(self._engine) as url, opened(url, self._day) as service:
            ingest(service, self._requests)
            engine = service.ledger.engine
            tables.lay_out(engine)
            store.begin(engine, parties.ORIGIN)
            begun = time.perf_counter()
            Sealer(service.ledger).catch_up()
            return time.perf_counter() - begun


def _published(service: Service) -> list[tuple[int, float]]:
    """Wait until all is published; return each checkpoint's size, and when, in seconds."""
    until = time.monotonic() + PATIENCE_S
    while notes.size(service.ledger.engine) < service.ledger.head().position:
        assert time.monotonic() < until, "nothing is published"
        time.sleep(LOOK_S)
    note = tables.note
    asked = select(note.c.size, note.c.published_at).order_by(note.c.size)
    with service.ledger.engine.connect() as connection:
        return [(size, at / 1000) for size, at in connection.execute(asked)]


def _waits(
    answers: Sequence[tuple[int, float]], published: Sequence[tuple[int, float]]
) -> Iterator[float]:
    for position, answered in answers:
        covered = next(at for size, at in published if size >= position)
        yield max(0.0, covered - answered)


def _told(engine: str, measured: Measured, waits: Sequence[float]) -> Iterator[Row]:
    for done in ("recorded", "projected"):
        own, alone = f"{done}, with the log", f"{done}, alone"
        yield Row(
            f"batches with the log beside, until {done}",
            engine,
            rate(measured.median(own)),
            f"without it, {rate(measured.median(alone))}",
            measured.ratio(own, alone),
            Goal(0.85, 0.93),
        )
    seen = Answers(1, waits)
    told = f"p50 {millis(seen.p50)}, p99 {millis(seen.p99)}"
    for name, reached, goal in (
        ("median", seen.p50, Goal(1, 0.5, "most", "s")),
        ("p99", seen.p99, Goal(3, 1, "most", "s")),
    ):
        yield Row(f"answered until under a checkpoint: {name}", engine, told, "", reached, goal)
    yield Row(
        "sealing alone",
        engine,
        f"{rate(measured.median('sealed'))} facts",
        f"batches until projected, {rate(measured.median('projected, alone'))}",
        measured.ratio("projected, alone", "sealed"),
        Goal(0.15, 0.07, "most"),
    )
