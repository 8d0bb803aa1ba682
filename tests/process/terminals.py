"""How does a crowd of terminals load the service, and insist on an answer to all they sent?"""

import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random
from threading import Condition, Event, Thread
from typing import Any

import httpx

from custody.demo.terminal import local, uuid7
from custody.terms import Millis
from tests.asking import client_of
from tests.process.network import POINTS, Network
from tests.process.server import Server
from tests.waiting import LONG_S

BEGIN: Millis = 1_772_323_200_000  # 2026-03-01T08:00+08:00
STEP: Millis = 1_000
BATCH_MAX = 30
SHARED = 5  # batteries that every terminal handles, so that they get in each other's way
AGAIN_S = 0.05
AWAY = (500, 502, 503, 504)

Movement = dict[str, Any]
Answer = dict[str, Any]


class Crowd:
    """What all terminals have sent and heard so far, and a word to stop."""

    def __init__(self) -> None:
        self.sent: dict[str, Movement] = {}
        self.answered: dict[str, Answer] = {}
        self.unanswered: set[str] = set()
        """Ids of which at least one sending went without an answer."""
        self.statuses: Counter[int] = Counter()
        self.breaks: Counter[str] = Counter()
        """How often a connection broke, by what was seen of it."""
        self.complaints: list[str] = []
        self.enough = Event()
        self.insist = True
        """Whether what goes unanswered is sent again."""
        self._told = Condition()

    def expect(self, movements: list[Movement]) -> None:
        with self._told:
            self.sent.update((one["id"], one) for one in movements)

    def hear(self, movements: list[Movement], answers: list[Answer]) -> None:
        with self._told:
            for movement, answer in zip(movements, answers, strict=True):
                if answer["id"] != movement["id"] or answer["status"] == "refused":
                    self.complaints.append(f"{movement} was answered {answer}")
                self.answered[movement["id"]] = answer
            self._told.notify_all()

    def miss(self, movements: list[Movement]) -> None:
        with self._told:
            self.unanswered.update(one["id"] for one in movements)

    def complain(self, what: str) -> None:
        with self._told:
            self.complaints.append(what)
            self._told.notify_all()

    def wait_for_more(self, more: int) -> None:
        """Return when so many more movements have been answered."""
        with self._told:
            goal = len(self.answered) + more
            done = self._told.wait_for(
                lambda: self.complaints or len(self.answered) >= goal, LONG_S
            )
        self.assert_content()
        assert done, f"{goal - len(self.answered)} answers are missing after {LONG_S} s"

    def wait_for_status(self, status: int) -> None:
        """Return when something has been answered so."""
        with self._told:
            done = self._told.wait_for(lambda: self.complaints or self.statuses[status], LONG_S)
        self.assert_content()
        assert done, f"nothing is answered {status} after {LONG_S} s"

    def see(self, status: int) -> None:
        with self._told:
            self.statuses[status] += 1
            self._told.notify_all()

    def assert_content(self) -> None:
        assert not self.complaints, "\n".join(self.complaints[:5])


class Terminal(Thread):
    """Posts what happens at a site, one by one or many, and asks again until it is answered."""

    def __init__(
        self, number: int, url: str, site: str, key: str, crowd: Crowd, rest_s: float
    ) -> None:
        super().__init__(name=f"terminal {number}", daemon=True)
        self._number = number
        self._rng = Random(number)
        self._url = url
        self._site = site
        self._headers = {"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
        self._crowd = crowd
        self._rest_s = rest_s
        self._written = 0

    def run(self) -> None:
        with client_of(self._url, **self._headers) as client:
            while not self._crowd.enough.wait(self._rest_s):
                many = self._rng.choice([0, 0, 0, 2, BATCH_MAX])
                movements = [self._write() for _ in range(many or 1)]
                self._crowd.expect(movements)
                body = json.dumps(movements if many else movements[0]).encode()
                if not self._post_until_answered(client, movements, body):
                    return

    def _post_until_answered(
        self, client: httpx.Client, movements: list[Movement], body: bytes
    ) -> bool:
        """Send again what went unanswered; False if nobody insists on it."""
        while True:
            answers = self._post(client, body)
            if answers is not None:
                self._crowd.hear(movements, answers)
                return True
            self._crowd.miss(movements)
            if not self._crowd.insist or self._crowd.complaints:
                return False
            Event().wait(AGAIN_S)

    def _post(self, client: httpx.Client, body: bytes) -> list[Answer] | None:
        try:
            answer = client.post("/v1/movements", content=body)
        except httpx.TransportError as error:
            self._crowd.breaks[str(error)] += 1
            return None
        self._crowd.see(answer.status_code)
        if answer.status_code in (200, 201):
            told = answer.json()
            return list(told["results"]) if "results" in told else [told]
        if answer.status_code != 503 or "Retry-After" not in answer.headers:
            self._crowd.complain(f"{self.name}: {answer.status_code} {answer.text}")
        return None

    def _write(self) -> Movement:
        """Write down that a battery came, or that one was looked at or put away."""
        at = BEGIN + self._written * STEP
        self._written += 1
        movement = {"id": uuid7(self._rng, at), "occurred_at": local(at), "site": self._site}
        own = [f"maker:T{self._number}N{n}" for n in range(1, self._written)]
        shared = [f"maker:SHARED{n}" for n in range(SHARED)]
        known = self._rng.choice(own[-20:] + shared)
        fields: list[Movement] = [
            {
                "type": "drop_off", "channel": "walk_in",
                "battery": {"code": f"maker:T{self._number}N{self._written}", "chemistry": "lfp"},
            },
            {"type": "inspect", "battery": known, "verdict": "pass"},
            {"type": "store", "batteries": [known], "place": "A-1"},
        ]  # fmt: skip
        return movement | self._rng.choices(fields, [5, 2, 2])[0]


def drop_off(number: int) -> Movement:
    """Return a movement that no terminal writes by itself."""
    at = BEGIN + number * STEP
    return {
        "id": uuid7(Random(f"drop-off {number}"), at),
        "type": "drop_off",
        "occurred_at": local(at),
        "site": POINTS[0],
        "channel": "walk_in",
        "battery": {"code": f"maker:PACK{number}", "chemistry": "lfp"},
    }


@contextmanager
def crowd_at(
    server: Server, network: Network, terminals: int, *, first: int = 0, rest_s: float = 0
) -> Iterator[Crowd]:
    """Let a crowd load a service until the block ends; then all they sent has been answered.

    `rest_s`: how long each rests between two requests. Where programs are started meanwhile, a
    crowd that never rests takes the time that they need, and writes more than anybody asked for.
    """
    crowd = Crowd()
    threads = []
    for number in range(first, first + terminals):
        site = POINTS[number % len(POINTS)]
        threads.append(Terminal(number, server.url, site, network.terminals[site], crowd, rest_s))
    for thread in threads:
        thread.start()
    try:
        yield crowd
    except BaseException:
        crowd.insist = False
        raise
    finally:
        crowd.enough.set()
        for thread in threads:
            thread.join(LONG_S)
    crowd.assert_content()
    assert not any(thread.is_alive() for thread in threads), "a terminal still waits"
