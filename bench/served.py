"""How is a server run as a process of its own, and asked from another?"""

import json
import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles

from bench.day import Sent
from custody import keys
from custody.ledger import open_engine

ROOT = Path(__file__).parents[1]
READY_S = 60
NONE: Mapping[str, str] = {}
STOP_S = 30
DELAY = "BENCH_FLUSH_DELAY_S"
"""Names how long a commit is to take longer; the servers of this bench heed it."""


@dataclass(frozen=True, slots=True)
class Answers:
    """What a server answered: how soon, and how many in which time."""

    seconds: float
    latencies: Sequence[float]

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.latencies) / self.seconds

    @property
    def p50(self) -> float:
        """The seconds within which half of the answers came."""
        return self.quantile(50)

    @property
    def p99(self) -> float:
        """The seconds within which all but one in a hundred came."""
        return self.quantile(99)

    def quantile(self, percent: int) -> float:
        """Return the seconds within which so many of the answers came."""
        if len(self.latencies) < 2:
            return self.latencies[0]
        return quantiles(self.latencies, n=100, method="inclusive")[percent - 1]


@dataclass(frozen=True, slots=True)
class Server:
    """A server that is up, and the keys that open it."""

    port: int
    keys: Mapping[str, str]
    path: str = "/v1/movements"

    def load(self, clients: Sequence[Sequence[Sent]], seconds: float = 3_600) -> Answers:
        """Let clients post what sites send; one movement as itself, several as a list."""
        return self.ask([[self._post(sent) for sent in client] for client in clients], seconds)

    def ask(self, clients: Sequence[Sequence[str]], seconds: float = 3_600) -> Answers:
        """Let clients send whole requests; every answer must be a good one."""
        plan = {"port": self.port, "clients": clients, "seconds": seconds}
        done = subprocess.run(
            [sys.executable, "-m", "bench.load"],
            input=json.dumps(plan).encode(), cwd=ROOT, capture_output=True, check=False,
        )  # fmt: skip
        assert done.returncode == 0, done.stderr.decode()
        seen = json.loads(done.stdout)
        assert set(seen["statuses"]) <= {"200", "201"}, seen["statuses"]
        return Answers(seen["seconds"], seen["latencies"])

    def get(self, path: str, key: str) -> str:
        """Write a request that asks for something."""
        return f"GET {path} HTTP/1.1\r\nhost: bench\r\nauthorization: Bearer {key}\r\n\r\n"

    def _post(self, sent: Sent) -> str:
        body = sent.movements[0] if len(sent.movements) == 1 else sent.body
        return (
            f"POST {self.path} HTTP/1.1\r\nhost: bench\r\ncontent-type: application/json\r\n"
            f"authorization: Bearer {self.keys.get(sent.site, '')}\r\n"
            f"content-length: {len(body)}\r\n\r\n{body.decode()}"
        )


@contextmanager
def served(
    url: str,
    sites: Sequence[str] = (),
    delay_s: float = 0,
    settings: Mapping[str, str] = NONE,
) -> Iterator[Server]:
    """Run `custody serve` on a database, with a key for each site and one for an auditor."""
    engine = open_engine(url)
    keys.lay_out(engine)
    texts = {site: keys.create(engine, "terminal", site)[1] for site in sites}
    texts["auditor"] = keys.create(engine, "auditor")[1]
    engine.dispose()
    port = free_port()
    program = ["-m", "bench.delayed" if delay_s else "custody", "serve", "--port", str(port)]
    environment = {"CUSTODY_DATABASE_URL": url, DELAY: str(delay_s), **settings}
    with running(program, port, **environment):
        yield Server(port, texts)


@contextmanager
def running(arguments: Sequence[str], port: int, **environment: str) -> Iterator[None]:
    """Run a Python program until the block ends; it is up as soon as its port answers."""
    process = subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, **environment}, cwd=ROOT,
        stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        _wait_for(process, port)
        yield
    finally:
        process.terminate()
        try:
            process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def free_port() -> int:
    """Return a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _wait_for(process: "subprocess.Popen[bytes]", port: int) -> None:
    deadline = time.monotonic() + READY_S
    while time.monotonic() < deadline:
        assert process.poll() is None, f"a server ended with {process.returncode}"
        try:
            socket.create_connection(("127.0.0.1", port), 1).close()
        except OSError:
            time.sleep(0.02)
        else:
            return
    raise TimeoutError("a server did not come up")
