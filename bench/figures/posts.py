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

OBVIOUS, BARE = "obvious", "bare"
COMMITS = 300
ANSWERS_MAX = 15_000  # a second, from all clients: more than this machine will give

Clients = Sequence[Sequence[Sent]]


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on both engines."""
    for engine in ENGINES:
        yield from rows_of(databases, scale, engine)


def rows_of(databases: Databases, scale: Scale, engine: str, delay_s: float = 0) -> Iterator[Row]:
    """Measure on one engine, with commits that take so much longer."""
    contest = _Contest(databases, scale, engine, delay_s)
    measured = measure(scale.rounds, contest.contenders())
    where = f"{engine}, flush + {millis(delay_s)}" if delay_s else engine
    one, some, many = (contest.seen(clients) for clients in scale.clients)
    few, more = scale.clients[1:]
    bare, commit = measured.rounds[BARE], measured.rounds["commit"]
    yield Row(
        "single POST, 1 client: p50",
        where,
        _times(one),
        f"an INSERT's p50 {millis(median(commit))} + bare HTTP's {millis(median(bare))}",
        median(
            answers.p50 / (http_s + insert_s)
            for answers, http_s, insert_s in zip(contest.answers[1], bare, commit, strict=True)
        ),
        Goal(2, 1.4, "most"),
    )
    yield Row(
        f"single POST, {few} clients",
        where,
        _all(some),
        f"FastAPI + eventsourcing, {_all(contest.seen(OBVIOUS))}",
        measured.ratio("some", OBVIOUS),
        Goal(8, 15) if engine == POSTGRESQL else None,
    )
    ratio = measured.ratio("many", "some")
    goal = None if delay_s else Goal(1, 1.2)
    yield Row(f"single POST, {more} clients", where, _all(many), f"at {few} clients", ratio, goal)
    tail = Goal(30, 20, "most", "ms")
    work = f"single POST, {more} clients: p99"
    yield Row(work, where, _times(many), reached=many[2] * 1000, goal=tail)


class _Contest:
    """Custody, the obvious service, bare HTTP and a bare commit, each round anew."""

    def __init__(self, databases: Databases, scale: Scale, engine: str, delay_s: float) -> None:
        self._databases = databases
        self._scale = scale
        self._engine = engine
        self._delay_s = delay_s
        self.answers: defaultdict[int | str, list[Answers]] = defaultdict(list)

    def contenders(self) -> dict[str, Contender]:
        """Return who is measured. Custody's server is kept for the three sizes of a round."""
        return {
            "some": self._custody,
            "many": lambda: self.answers[self._scale.clients[2]][-1].rate,
            OBVIOUS: self._obvious,
            BARE: self._bare,
            "commit": self._commit,
        }

    def seen(self, name: int | str) -> tuple[float, float, float]:
        """Return a contender's rate, p50 and p99: the middle of the rounds."""
        answers = self.answers[name]
        return (
            median(one.rate for one in answers),
            median(one.p50 for one in answers),
            median(one.p99 for one in answers),
        )

    def _custody(self) -> float:
        days = [Day(2, seed, seed) for seed in range(max(self._scale.clients))]
        with self._databases.fresh(self._engine) as url:
            with opened(url, *days):
                pass
            sites = [site for day in days for site in day.sites]
            with served(url, sites, self._delay_s) as server:
                for clients in self._scale.clients:
                    self._ask(clients, server, self._plan(days[:clients]))
        return self.answers[self._scale.clients[1]][-1].rate

    def _obvious(self) -> float:
        days = [Day(2, seed, seed) for seed in range(self._scale.clients[1])]
        with self._databases.fresh(self._engine) as url:
            port = free_port()
            environment = {"CUSTODY_DATABASE_URL": url, DELAY: str(self._delay_s)}
            with running(["-m", "bench.peers.obvious", str(port)], port, **environment):
                return self._ask(OBVIOUS, Server(port, {}), self._plan(days)).rate

    def _bare(self) -> float:
        port = free_port()
        with running(["-m", "bench.peers.bare", str(port)], port):
            return self._ask(BARE, Server(port, {}), self._plan([Day(2)])).p50

    def _commit(self) -> float:
        with self._databases.fresh(self._engine) as url:
            count = min(COMMITS, self._scale.questions)
            return median(insert.commits(url, self._engine, count, self._delay_s))

    def _ask(self, name: int | str, server: Server, clients: Clients) -> Answers:
        answers = server.load(clients, self._scale.seconds)
        self.answers[name].append(answers)
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
