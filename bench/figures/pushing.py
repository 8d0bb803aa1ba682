"""How fast are facts pushed to those who subscribed, and how soon has a receiver a new one?"""

import json
import subprocess
import sys
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from statistics import median
from typing import NamedTuple

import httpx

from bench import evenly
from bench.databases import ENGINES, Databases
from bench.day import GROUP, Day
from bench.scale import Scale
from bench.served import ROOT, Answers, Server, served
from bench.service import ingest, opened
from bench.table import Row, millis, rate

MANY = 20
"""Subscriptions, each with a receiver of its own."""

A_SECOND = 100
"""Movements recorded while receivers are told of them."""

SETTINGS = {
    "CUSTODY_VAULT_KEY": b64encode(bytes(range(32))).decode(),
    "CUSTODY_PUSH_NETWORKS": "127.0.0.0/8",
}


class Seen(NamedTuple):
    """What the receivers saw."""

    facts: int
    seconds: float
    latencies: list[float]


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on both engines: what is there already, to one and to many; then what comes."""
    for engine in ENGINES:
        day = Day(scale.sites)
        size = max(GROUP, scale.request // GROUP * GROUP)
        with databases.fresh(engine) as url:
            with opened(url, day) as service:
                ingest(service, day.requests(scale.pushed // size + 1, size))
                head = service.projector.catch_up()
            with served(url, day.sites, settings=SETTINGS) as server:
                for count, each in ((1, scale.pushed), (MANY, scale.pushed // MANY * 2)):
                    seen = [_told(server, count, head - each, head) for _ in range(scale.rounds)]
                    pushed = median(one.facts / one.seconds for one in seen)
                    yield Row(
                        f"facts pushed until taken, {count} subscription{'s'[: count - 1]}",
                        engine,
                        f"{rate(pushed)} facts",
                    )
                heard = [_heard(server, day, scale) for _ in range(scale.rounds)]
        p50, p99 = median(one.p50 for one in heard), median(one.p99 for one in heard)
        yield Row(
            f"recorded until at a receiver at {A_SECOND}/s",
            engine,
            f"p50 {millis(p50)}, p99 {millis(p99)}",
        )


def _told(server: Server, count: int, after: int, until: int) -> Seen:
    """Let so many be told a stretch of the ledger."""
    with (
        _client(server) as client,
        _receiving(count, until) as receiving,
        _subscribed(client, receiving.port, count, after),
    ):
        return receiving.seen()


def _heard(server: Server, day: Day, scale: Scale) -> Answers:
    """Let one be told while another posts; return how soon it heard."""
    sent = day.requests(1, max(GROUP, int(A_SECOND * scale.seconds)))
    with _client(server) as client:
        head = int(client.get("/v1/facts?limit=1").headers["Custody-Position"])
        until = head + sum(len(one.movements) for one in sent)
        with (
            _receiving(1, until) as receiving,
            _subscribed(client, receiving.port, 1, head),
        ):
            evenly.post(client, server, sent, A_SECOND)
            seen = receiving.seen()
    return Answers(seen.seconds, seen.latencies)


def _client(server: Server) -> httpx.Client:
    headers = {"Authorization": f"Bearer {server.keys['auditor']}"}
    at = f"http://127.0.0.1:{server.port}"
    return httpx.Client(base_url=at, headers=headers, trust_env=False, timeout=30)


@contextmanager
def _subscribed(client: httpx.Client, port: int, count: int, after: int) -> Iterator[None]:
    made = []
    for number in range(count):
        said = {"url": f"http://127.0.0.1:{port}/{number}", "after": after}
        answer = client.post("/v1/subscriptions", json=said)
        assert answer.status_code == 201, answer.text
        made.append(answer.json()["id"])
    yield
    for id_ in made:
        assert client.delete(f"/v1/subscriptions/{id_}").is_success


class _Receiving:
    """A process that receives."""

    def __init__(self, process: "subprocess.Popen[str]", port: int) -> None:
        self._process = process
        self.port = port

    def seen(self) -> Seen:
        """Wait until everyone has been told, and return what they saw."""
        assert self._process.stdout
        return Seen(**json.loads(self._process.stdout.readline()))


@contextmanager
def _receiving(count: int, until: int) -> Iterator[_Receiving]:
    with subprocess.Popen(
        [sys.executable, "-m", "bench.receive"],
        cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
    ) as process:  # fmt: skip
        assert process.stdin
        assert process.stdout
        print(json.dumps({"count": count, "until": until}), file=process.stdin, flush=True)
        try:
            yield _Receiving(process, int(process.stdout.readline()))
        finally:
            process.terminate()
