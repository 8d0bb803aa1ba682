"""Does the log hold what was acknowledged, whichever of its processes is killed, and when?"""

import re
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from queue import Queue
from threading import Event

import httpx
import pytest

from custody.cli import beside
from custody.ledger import Ledger
from tests.asking import ask
from tests.postgres import Postgres
from tests.process.killing import on_a_file, on_a_server
from tests.process.network import POINTS, Network, founded
from tests.process.outsider import looking
from tests.process.server import Server
from tests.process.terminals import drop_off
from tests.process.witnessed import Witnessed, witnessed
from tests.waiting import LONG_S, eventually

SEED = 20_26


@pytest.fixture
def mortal() -> Iterator[Postgres]:
    """A server that no other test depends on."""
    with Postgres() as postgres:
        if not postgres.is_ours:
            pytest.skip("a server given to the tests is not ours to kill")
        yield postgres


def test_on_a_file_whoever_is_killed_the_log_goes_on_as_one(tmp_path: Path) -> None:
    on_a_file(tmp_path, SEED)


def test_on_a_server_whoever_is_killed_the_log_goes_on_as_one(
    tmp_path: Path, mortal: Postgres
) -> None:
    on_a_server(tmp_path, mortal, SEED)


def test_one_that_keeps_the_log_waits_for_a_database_that_is_not_there_yet(
    mortal: Postgres,
) -> None:
    url, stopped = mortal.database("later"), Event()
    found: Queue[Ledger] = Queue()

    def followers(ledger: Ledger) -> tuple[()]:
        found.put(ledger)
        return ()

    mortal.kill()
    with ThreadPoolExecutor(1) as threads:
        following = threads.submit(beside.follow, url, followers, stopped)
        mortal.restart()
        ledger = found.get(timeout=LONG_S)
        assert ledger.head().position == 0
        stopped.set()
        following.result(LONG_S)
    beside.follow(url, followers, stopped)
    assert found.empty(), "told to stop before it began"


@pytest.fixture
def together(tmp_path: Path) -> Iterator[Witnessed]:
    with witnessed(tmp_path, f"sqlite:///{tmp_path}/custody.db") as together:
        yield together


def test_while_the_signer_or_a_witness_is_away_recording_goes_on_and_nothing_is_published(
    together: Witnessed,
) -> None:
    server, rules = together.server, together.rules()
    network = founded(server)
    with looking(server, rules) as outsider:
        for number, partner in enumerate((together.signer, together.witnesses[0])):
            outsider.wait_for(post(server, network, 3 * number))
            partner.kill()
            last = post(server, network, 3 * number + 1)
            assert published(server) < last
            post(server, network, 3 * number + 2)
            assert published(server) < last
            partner.start()
            outsider.wait_for(last + 1)
    outsider.assert_one_history()


def test_a_restored_backup_is_read_and_written_and_no_checkpoint_of_it_is_published(
    together: Witnessed, tmp_path: Path
) -> None:
    server = together.server
    network = founded(server)
    database, backup = tmp_path / "custody.db", tmp_path / "backup.db"
    with looking(server, together.rules()) as outsider:
        first = post(server, network, 0)
        outsider.wait_for(first)
        server.stop()
        shutil.copyfile(database, backup)
        server.start()
        outsider.wait_for(post(server, network, 1))
    newest = outsider.size
    server.stop()
    newer = database.rename(tmp_path / "newer.db")
    shutil.copyfile(backup, database)
    server.start()
    wait_until_said(server, "signer_ahead")
    told = re.search(r"signed up to (\d+)", server.log())
    assert told, server.log()
    assert int(told[1]) >= newest  # heads may have been taken after the outsider's last look
    assert history(server, network, 0) == [first]
    again = post(server, network, 2)
    assert history(server, network, 2) == [again]
    assert published(server) < again
    assert "signer_refuses" not in server.log()
    server.stop()
    newer.replace(database)  # the newer one is found again
    server.start()
    with looking(server, together.rules()) as later:
        later.wait_for(post(server, network, 3))
        later.kept[:0] = outsider.kept
    later.assert_one_history()
    later.assert_verified(together.policy, tmp_path)


def wait_until_said(server: Server, what: str) -> None:
    """Return when the service has said something on its outputs."""

    def is_said() -> bool:
        assert server.is_running, server.log()
        return what in server.log()

    eventually(is_said, server.log)


def published(server: Server) -> int:
    """Return the size of the checkpoint that is handed out."""
    answer = server.get("/log/checkpoint")
    assert answer.status_code == httpx.codes.OK, answer.text
    return int(answer.text.split("\n")[1])


def post(server: Server, network: Network, number: int) -> int:
    """Record a battery; return its position."""
    told = ask(
        "POST",
        f"{server.url}/v1/movements",
        json=drop_off(number),
        headers={"Authorization": f"Bearer {network.terminals[POINTS[0]]}"},
    )
    assert told.status_code == httpx.codes.CREATED, told.text
    return int(told.json()["position"])


def history(server: Server, network: Network, number: int) -> list[int]:
    """Return where the facts of a battery lie."""
    answer = server.get(f"/v1/batteries/maker:PACK{number}/history", network.auditor)
    assert answer.status_code == httpx.codes.OK, answer.text
    return [int(one["position"]) for one in answer.json()["items"]]
