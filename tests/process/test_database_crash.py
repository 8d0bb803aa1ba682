"""What do those who ask notice of a database that crashes? To come again, and nothing else."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import cycle
from threading import Event, Thread

import pytest

from tests.postgres import Postgres
from tests.process.network import POINTS, Network, founded
from tests.process.outcome import (
    assert_all_there,
    assert_known,
    assert_one_order,
    assert_projected,
    recorded,
)
from tests.process.server import Server, serving
from tests.process.terminals import crowd_at
from tests.waiting import LONG_S, eventually

CRASHES = 2
TERMINALS = 3
ASKERS = 2
QUERIES = (
    "/readyz",
    "/metrics",
    "/v1/facts",
    "/v1/sites",
    f"/v1/sites/{POINTS[0]}/inventory",
    f"/v1/sites/{POINTS[0]}/inventory?at_least=1000000000",
    "/v1/batteries",
    "/v1/batteries/maker:SHARED0",
    "/v1/batteries/maker:SHARED0/history",
    "/v1/consignments",
)


@pytest.fixture
def mortal() -> Iterator[Postgres]:
    """A server that no other test depends on."""
    with Postgres() as postgres:
        if not postgres.is_ours:
            pytest.skip("a server given to the tests is not ours to kill")
        yield postgres


def test_a_database_that_crashes_loses_nothing_that_was_acknowledged(mortal: Postgres) -> None:
    with serving(mortal.database("crash")) as server:
        network = founded(server)
        with crowd_at(server, network, TERMINALS) as crowd, asking(server, network) as asked:
            for _ in range(CRASHES):
                crowd.wait_for_more(300)
                # A key just shown is believed for a moment, so that the questions themselves
                # come upon the broken connections.
                assert server.get("/v1/me", network.auditor).status_code == 200
                mortal.kill()
                assert_asked_to_come_again(server, network)
                mortal.restart()
                assert_ready_again(server)
                crowd.wait_for_more(100)
        assert crowd.statuses[503]
        assert asked.keys() <= {200, 404, 503}, asked
        assert crowd.answered.keys() == crowd.sent.keys()
        facts = recorded(server, network)
        assert_one_order(facts)
        assert_all_there(crowd, facts)
        assert_known(server, network, crowd)
        assert_projected(server, network)
        # A database that is away is nobody's mistake: the log says so in a line each.
        assert "Traceback" not in server.log(), _mistake(server.log())


@contextmanager
def asking(server: Server, network: Network) -> Iterator[Counter[int]]:
    """Ask all questions again and again, so that some are under way whenever something breaks."""
    asked: Counter[int] = Counter()
    enough = Event()

    def ask() -> None:
        for path in cycle(QUERIES):
            if enough.is_set():
                return
            if "at_least" not in path:
                asked[server.get(path, network.auditor).status_code] += 1

    askers = [Thread(target=ask, name=f"asker {number}", daemon=True) for number in range(ASKERS)]
    for asker in askers:
        asker.start()
    try:
        yield asked
    finally:
        enough.set()
        for asker in askers:
            asker.join(LONG_S)


def assert_asked_to_come_again(server: Server, network: Network) -> None:
    """Every question is answered 503 with Retry-After, as often as it is asked."""
    assert server.get("/healthz").status_code == 200
    for path in QUERIES * 2:
        answer = server.get(path, network.auditor)
        assert answer.status_code == 503, f"{path}: {answer.status_code} {answer.text}"
        assert answer.headers["Retry-After"].isdigit()
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["code"] == "unavailable"


def assert_ready_again(server: Server) -> None:
    """It finds its database again by itself, and goes on projecting."""
    eventually(server.is_ready, server.log)


def _mistake(log: str) -> str:
    return log[max(0, log.index("Traceback") - 500) :][:5_000]
