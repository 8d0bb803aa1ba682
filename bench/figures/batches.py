"""How fast do movements come in by the hundreds, from bytes to committed and projected?"""

import time
from collections.abc import Iterator, Sequence

from bench import beside
from bench.databases import ENGINES, POSTGRESQL, Databases
from bench.day import Day, Sent
from bench.peers import library, raw
from bench.rounds import Contender, Measured, measure
from bench.scale import Scale
from bench.served import served
from bench.service import ingest, opened
from bench.table import Goal, Row, rate

EMMETT = 3_800
"""Movements a second with an inline projection: seen once on such a machine, not in this run."""

RAW = {POSTGRESQL: "binary COPY of the same rows", "SQLite": "executemany of the same rows"}
AGAINST_RAW = {POSTGRESQL: Goal(0.25, 0.5), "SQLite": Goal(0.2, 0.4)}


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure Custody, the bare database and the library in turn, on both engines."""
    day = Day(scale.sites)
    requests = day.requests(scale.requests, scale.request)
    movements = sum(len(sent.movements) for sent in requests)
    for engine in ENGINES:
        contest = _Contest(databases, engine, day, requests)
        measured = measure(scale.rounds, contest.contenders(movements))
        yield from _told(engine, measured)


class _Contest:
    """One engine's contenders; each takes in the same movements on a fresh database."""

    def __init__(
        self, databases: Databases, engine: str, day: Day, requests: Sequence[Sent]
    ) -> None:
        self._databases = databases
        self._engine = engine
        self._day = day
        self._requests = requests
        with databases.fresh(engine) as url:
            with opened(url, day) as service:
                ingest(service, requests)
            self._rows = raw.rows(url, len(requests[0].movements))

    def contenders(self, movements: int) -> dict[str, Contender]:
        """Return who is measured, each telling how many movements a second."""
        return {
            "recorded": lambda: movements / self.recorded(),
            "projected": lambda: movements / self.projected(),
            "http": lambda: movements / self.http(),
            "raw": lambda: movements / self.raw(),
            "library": lambda: movements / self.library(),
        }

    def recorded(self) -> float:
        """Take everything in, nothing following."""
        with self._databases.fresh(self._engine) as url, opened(url, self._day) as service:
            begun = time.perf_counter()
            ingest(service, self._requests)
            return time.perf_counter() - begun

    def projected(self) -> float:
        """Take everything in while the projector follows, until it has followed to the end."""
        with (
            self._databases.fresh(self._engine) as url,
            opened(url, self._day) as service,
            beside.projecting(self._engine, service, url),
        ):
            begun = time.perf_counter()
            ingest(service, self._requests)
            assert service.projector.wait_for(service.ledger.head().position, 600)
            return time.perf_counter() - begun

    def http(self) -> float:
        """Post everything to a server, four requests at a time, while it projects."""
        with self._databases.fresh(self._engine) as url:
            with opened(url, self._day):
                pass
            with served(url, self._day.sites) as server:
                return server.load([self._requests[i::4] for i in range(4)]).seconds

    def raw(self) -> float:
        """Write the rows that came of it without asking why."""
        with self._databases.fresh(self._engine) as url:
            write = raw.copy if self._engine == POSTGRESQL else raw.executemany
            return write(url, self._rows)

    def library(self) -> float:
        """Have the library save them, a request at a time."""
        with self._databases.fresh(self._engine) as url:
            application = library.Collection(env=library.environment(url))
            begun = time.perf_counter()
            for sent in self._requests:
                application.record(sent.movements)
            seconds = time.perf_counter() - begun
            application.close()
            return seconds


def _told(engine: str, measured: Measured) -> Iterator[Row]:
    whole = rate(measured.median("projected"))
    raw_rate = f"{RAW[engine]}, {rate(measured.median('raw'))}"
    library_rate = f"eventsourcing, {rate(measured.median('library'))}"
    alone = rate(measured.median("recorded"))
    yield Row(
        "batches, until recorded",
        engine,
        alone,
        raw_rate,
        measured.ratio("recorded", "raw"),
        AGAINST_RAW[engine],
    )
    yield Row(
        "batches, until projected",
        engine,
        whole,
        raw_rate,
        measured.ratio("projected", "raw"),
        AGAINST_RAW[engine],
    )
    for work, name, figure in (("recorded", "recorded", alone), ("projected", "projected", whole)):
        ratio = measured.ratio(name, "library")
        yield Row(f"batches, until {work}", engine, figure, library_rate, ratio, Goal(2, 5))
    if engine == POSTGRESQL:
        ratio = measured.median("projected") / EMMETT
        against = f"Emmett, inline projection, {rate(EMMETT)} (quoted)"
        yield Row("batches, until projected", engine, whole, against, ratio, Goal(5, 10))
    yield Row(
        "batches over HTTP, until recorded",
        engine,
        rate(measured.median("http")),
        raw_rate,
        measured.ratio("http", "raw"),
    )
