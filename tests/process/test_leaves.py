"""Who makes the leaves of a service on a file that has many movements at once?"""

import os
import select
import signal
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from custody.log.apart import MANY
from tests.asking import ask
from tests.process.network import POINTS, Network, founded
from tests.process.server import Server, serving
from tests.process.terminals import drop_off
from tests.process.test_workers import children_of, is_from
from tests.waiting import LONG_S, eventually

pytestmark = pytest.mark.skipif(
    sys.platform != "linux" or (os.cpu_count() or 1) < 2, reason="one core makes nothing beside"
)


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Server]:
    with serving(f"sqlite:///{tmp_path}/custody.db") as served:
        yield served


def test_a_process_of_its_own_and_when_that_is_killed_the_log_goes_on(server: Server) -> None:
    network = founded(server)
    assert maker_of(server) is None, "for the few of a quiet site there is none"
    post_many(server, network, 0)
    os.kill(started(server), signal.SIGKILL)
    wait_until_published(server, post_many(server, network, 1))


def test_it_ends_when_the_service_is_killed(server: Server) -> None:
    post_many(server, founded(server), 0)
    end = os.pidfd_open(started(server))
    os.kill(server.pid, signal.SIGKILL)
    ended = select.select([end], [], [], LONG_S)[0]  # once it has, what tells so can be read
    os.close(end)
    assert ended == [end]


def post_many(server: Server, network: Network, batch: int) -> int:
    """Record as many movements at once as are worth a process; return the last position."""
    numbers = range(batch * 2 * MANY, (batch + 1) * 2 * MANY)
    told = ask(
        "POST",
        f"{server.url}/v1/movements",
        json=[drop_off(number) for number in numbers],
        headers={"Authorization": f"Bearer {network.terminals[POINTS[0]]}"},
    )
    assert told.status_code == httpx.codes.OK, told.text
    return int(told.json()["position"])


def started(server: Server) -> int:
    """Wait for the process that makes leaves, and return it."""
    return eventually(lambda: maker_of(server), server.log)


def maker_of(server: Server) -> int | None:
    return next((pid for pid in children_of(server.pid) if is_from("spawn", pid)), None)


def wait_until_published(server: Server, position: int) -> None:
    def is_published() -> bool:
        answer = server.get("/log/checkpoint")
        return answer.is_success and int(answer.text.split("\n")[1]) >= position

    eventually(is_published, server.log)
