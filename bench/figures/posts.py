"""How soon is one movement answered, and how many a second, with 1, 16 and 64 clients?"""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from statistics import median

from bench.databases import ENGINES, POSTGRESQL, Databases
from bench.day import Day, Sent
from bench.peers import insert
from bench.rounds import Contender, measure
from bench.scale import Scale
from bench.served import DELAY, Answers, Server, free_port, running, served
from bench.service import opened
from bench.table import Goal, Row, millis, rate

CLIENTS = (1, 16, 64)
OBVIOUS_CLIENTS = 16
COMMITS = 300
ANSWERS_MAX = 15_000  # a second, from all clients: more than this machine will give

Clients = Sequence[Sequence[Sent]]


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on both engines."""
    for engine in ENGINES:
        yield from rows_of(databases, scale, engine)


def rows_of(
    databases: Databases, scale: Scale, engine: str, delay_s: float = 0
) -> Iterator[Row]:
    """Measure on one engine, with commits that take so much longer."""
    contest = _Contest(databases, scale, engine, delay_s)
    measured = measure(scale.rounds, contest.contenders())
    obvious_rate = measured.ratio("16 clients", "obvious")
    where = f"{engine}, flush + {millis(delay_s)}" if delay_s else engine
    one, sixteen, many = (contest.seen(f"{clients} clients") for clients in CLIENTS)
    obvious = contest.seen("obvious")
    floor = measured.median("bare") + measured.median("commit")
    yield Row(
        "single POST, 1 client: p50",
        where,
        _times(one),
        f"an INSERT's p50 {millis(measured.median('commit'))}"
        f" + bare HTTP's {millis(measured.median('bare'))}",
        one[1] / floor,
        Goal(2, 1.4, "most"),
    )
    yield Row(
        f"single POST, {OBVIOUS_CLIENTS} clients",
        where,
        _all(sixteen),
        f"FastAPI + eventsourcing, {_all(obvious)}",
        obvious_rate,
        Goal(8, 15) if engine == POSTGRESQL else None,
    )
    goal = None if delay_s else Goal(1, 1.2)
    ratio = measured.ratio("64 clients", "16 clients")
    yield Row("single POST, 64 clients", where, _all(many), "at 16 clients", ratio, goal)
    tail_ms = many[2] * 1000
    bound = Goal(30, 20, "most", "ms")
    yield Row("single POST, 64 clients: p99", where, _times(many), "", tail_ms, bound)


class _Contest:
    """Custody, the obvious service, bare HTTP and a bare commit, each round anew."""

    def __init__(
        self, databases: Databases, scale: Scale, engine: str, delay_s: float
    ) -> None:
        self._databases = databases
        self._scale = scale
        self._engine = engine
        self._delay_s = delay_s
        self._answers: defaultdict[str, list[Answers]] = defaultdict(list)

    def contenders(self) -> dict[str, Contender]:
        """Return who is measured. Custody's server is kept for the three sizes of a round."""
        return {
            "16 clients": self._custody,
            "64 clients": lambda: self._answers["64 clients"][-1].rate,
            "obvious": self._obvious,
            "bare": self._bare,
            "commit": self._commit,
        }

    def seen(self, name: str) -> tuple[float, float, float]:
        """Return a contender's rate, p50 and p99: the middle of the rounds."""
        answers = self._answers[name]
        return (
            median(one.rate for one in answers),
            median(one.p50 for one in answers),
            median(one.p99 for one in answers),
        )

    def _custody(self) -> float:
        days = [Day(2, seed) for seed in range(max(CLIENTS))]
        with self._databases.fresh(self._engine) as url:
            with opened(url, *days):
                pass
            sites = [site for day in days for site in day.sites]
            with served(url, sites, self._delay_s) as server:
                for clients in CLIENTS:
                    self._ask(f"{clients} clients", server, self._plan(days[:clients]))
        return self._answers["16 clients"][-1].rate

    def _obvious(self) -> float:
        days = [Day(2, seed) for seed in range(OBVIOUS_CLIENTS)]
        with self._databases.fresh(self._engine) as url:
            port = free_port()
            environment = {"CUSTODY_DATABASE_URL": url, DELAY: str(self._delay_s)}
            with running(["-m", "bench.peers.obvious", str(port)], port, **environment):
                return self._ask("obvious", Server(port, {}), self._plan(days)).rate

    def _bare(self) -> float:
        port = free_port()
        with running(["-m", "bench.peers.bare", str(port)], port):
            return self._ask("bare", Server(port, {}), self._plan([Day(2)])).p50

    def _commit(self) -> float:
        with self._databases.fresh(self._engine) as url:
            count = min(COMMITS, self._scale.questions)
            return median(insert.commits(url, self._engine, count, self._delay_s))

    def _ask(self, name: str, server: Server, clients: Clients) -> Answers:
        answers = server.load(clients, self._scale.seconds)
        self._answers[name].append(answers)
        return answers

    def _plan(self, days: Sequence[Day]) -> Clients:
        """Give each client more than it can post in the time."""
        each = int(ANSWERS_MAX * self._scale.seconds / len(days)) // 62 + 1
        return [
            [one for sent in day.requests(min(each, 100), 62) for one in sent.one_by_one()]
            for day in days
        ]


def _all(seen: tuple[float, float, float]) -> str:
    return f"{rate(seen[0])}, {_times(seen)}"


def _times(seen: tuple[float, float, float]) -> str:
    return f"p50 {millis(seen[1])}, p99 {millis(seen[2])}"
