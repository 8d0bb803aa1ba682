"""How fast is the feed read page by page, and how soon do a hundred hear of a fact as it comes?"""

import json
import subprocess
import sys
import time
from collections.abc import Iterator
from statistics import median

import httpx

from bench import evenly, logs
from bench.databases import ENGINES, Databases
from bench.day import GROUP, Day
from bench.scale import Scale
from bench.served import ROOT, Answers, Server, served
from bench.service import ingest, opened
from bench.table import Goal, Row, millis, rate

PAGE = 1_000
A_SECOND = 500
"""Movements recorded while the listeners listen."""


def rows(databases: Databases, scale: Scale) -> Iterator[Row]:
    """Measure on both engines, each with the same facts stored and then the same ones coming."""
    for engine in ENGINES:
        day = Day(scale.sites)
        size = max(GROUP, scale.request // GROUP * GROUP)
        with databases.fresh(engine) as url:
            with opened(url, day) as service:
                ingest(service, day.requests(scale.history // size + 1, size))
                facts = service.projector.catch_up()
            with served(url, day.sites) as server:
                logs.wait_until_sealed(url, facts)
                read = [_read(server, facts) for _ in range(scale.rounds)]
                heard = [_heard(server, day, scale) for _ in range(scale.rounds)]
        yield Row(
            f"the feed of {facts:,} facts, read by one",
            engine,
            f"{rate(median(read))} facts",
            "",
            median(read) / 1000,
            Goal(20, 40, unit="k/s"),
        )
        p50, p99 = median(one.p50 for one in heard), median(one.p99 for one in heard)
        yield Row(
            f"recorded until heard by {scale.listeners} at {A_SECOND}/s",
            engine,
            f"p50 {millis(p50)}, p99 {millis(p99)}",
            "",
            p99 * 1000,
            Goal(250, 100, "most", "ms"),
        )


def _read(server: Server, facts: int) -> float:
    """Read the whole feed; return how many facts a second."""
    pages = range(0, facts, PAGE)
    path = f"/v1/facts?limit={PAGE}&after="
    asked = [server.get(f"{path}{after}", server.keys["auditor"]) for after in pages]
    return facts / server.ask([asked]).seconds


def _heard(server: Server, day: Day, scale: Scale) -> Answers:
    """Let many listen while one posts; return how soon each heard."""
    sent = day.requests(1, max(GROUP, int(A_SECOND * scale.seconds)))
    with httpx.Client(base_url=f"http://127.0.0.1:{server.port}", trust_env=False) as client:
        key = {"Authorization": f"Bearer {server.keys['auditor']}"}
        head = int(client.get("/v1/facts?limit=1", headers=key).headers["Custody-Position"])
        until = head + sum(len(one.movements) for one in sent)
        path = f"/v1/facts/stream?after={head}"
        plan = {
            "port": server.port,
            "request": server.get(path, server.keys["auditor"]),
            "listeners": scale.listeners,
            "until": until,
        }
        with subprocess.Popen(
            [sys.executable, "-m", "bench.listen"],
            cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True,
        ) as listening:  # fmt: skip
            assert listening.stdin
            assert listening.stdout
            print(json.dumps(plan), file=listening.stdin, flush=True)
            assert listening.stdout.readline() == "listening\n"
            begun = time.perf_counter()
            evenly.post(client, server, sent, A_SECOND)
            seen = json.loads(listening.stdout.readline())
            seconds = time.perf_counter() - begun
    return Answers(seconds, seen)
