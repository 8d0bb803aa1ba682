"""Does a terminal's outbox lose nothing and send nothing twice, whoever is killed, and when?"""

import sys
import tempfile
from contextlib import ExitStack
from functools import partial
from pathlib import Path
from random import Random
from threading import Thread
from time import sleep

import pytest

from custody import keys, signing
from custody.client import Client, Fact, Patience
from custody.client.outbox import Outbox
from custody.ledger import open_engine
from tests.asking import NO_TLS
from tests.process.device import SIGNER
from tests.process.lossy import lossy
from tests.process.network import POINTS, Network, founded
from tests.process.program import ROOT, environment
from tests.process.server import Group, Server
from tests.process.terminals import drop_off
from tests.waiting import LONG_S, eventually

SITE = POINTS[0]
T1 = f"{SITE}-T1"
LIVES = 4
"""How often each process that writes is killed."""

MOVEMENTS = 200
PATIENT = Patience(attempts=1_000, pause_s=0.01, pause_s_max=0.05)
PATH = "outbox.sqlite"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / PATH


def client_of(url: str, key: str) -> Client:
    return Client(url, key, patience=PATIENT, verify=NO_TLS, trust_env=False)


def enrolled(server: Server, network: Network) -> str:
    """Register the terminal with the key it signs with, and return the key it posts with."""
    with client_of(server.url, network.admin) as admin:
        admin.register(f"/v1/terminals/{T1}", site=SITE, public_key=signing.public_key(SIGNER))
    engine = open_engine(server.database_url)
    try:
        return keys.create(engine, "terminal", SITE, T1)[1]
    finally:
        engine.dispose()


def recorded(server: Server, network: Network) -> list[Fact]:
    """Return what was recorded of the terminal, in the ledger's order."""
    with client_of(server.url, network.auditor) as auditor:
        return [fact for fact in auditor.facts(limit=1_000) if fact.id]


def assert_whole(facts: list[Fact], outbox: Outbox, kept: dict[str, int]) -> None:
    """All that was said to be kept is there, once, in its place; and no place is empty."""
    receipts = [receipt for _, receipt in outbox.receipts()]
    assert [one.id for one in receipts] == [fact.id for fact in facts]
    assert not any(one.remarks for one in receipts)
    places = {fact.id: (fact.data or {})["terminal_sequence"] for fact in facts}
    assert len(places) == len(facts)
    assert kept.items() <= places.items()
    assert [*places.values()] == [*range(1, len(facts) + 1)]


def filled(path: Path, count: int = MOVEMENTS) -> dict[str, int]:
    with Outbox(path, T1, SIGNER) as outbox:
        kept = [outbox.put(drop_off(number)) for number in range(count)]
    return {one.id: one.sequence for one in kept}


def test_answers_that_are_lost_are_asked_for_again(
    tmp_path: Path, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custody.client.posting.AT_ONCE_MAX", 10)
    monkeypatch.setattr("custody.client.outbox_sending.AT_ONCE_MAX", 10)
    kept = filled(path)
    database_url = f"sqlite:///{tmp_path}/custody.db"
    with Server(database_url) as server, Outbox(path, T1, SIGNER) as outbox:
        network = founded(server.start())
        key = enrolled(server, network)
        with lossy(server.url, 4) as line, client_of(line.url, key) as client:
            flushed = outbox.flush(client)
            assert line.lost > MOVEMENTS / 10 / 4
            assert flushed.duplicates > MOVEMENTS / 4
            assert flushed.recorded + flushed.duplicates == MOVEMENTS
            one = client.post(drop_off(MOVEMENTS))
            assert client.movement(one.id).position == one.position
        *facts, last = recorded(server, network)
        assert (last.id, last.position) == (one.id, one.position)
        assert_whole(facts, outbox, kept)


def test_a_service_killed_in_the_middle_of_a_flush_has_all_of_it_in_the_end(
    database_url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custody.client.posting.AT_ONCE_MAX", 5)
    monkeypatch.setattr("custody.client.outbox_sending.AT_ONCE_MAX", 5)
    kept = filled(path)
    moments = Random(20_26)
    with Server(database_url) as server, Outbox(path, T1, SIGNER) as outbox:
        network = founded(server.start())
        key = enrolled(server, network)
        with client_of(server.url, key) as client:
            flush = Thread(target=outbox.flush, args=[client], daemon=True)
            flush.start()
            for _ in range(2):
                goal = outbox.waiting - moments.randint(10, 60)
                eventually(partial(waits_for_less_than, outbox, goal))
                assert outbox.waiting, "it was over before the service was killed"
                server.kill()
                server.start()
            flush.join(LONG_S)
        assert outbox.waiting == 0
        assert_whole(recorded(server, network), outbox, kept)


class Device:
    """A process that writes and sends, as long as it is let live."""

    def __init__(self, path: Path, server: Server, key: str, who: int) -> None:
        self._log = tempfile.NamedTemporaryFile(prefix="custody-device-")  # noqa: SIM115 - kept open
        arguments = [str(path), server.url, key, T1, str(who)]
        command = [sys.executable, "-m", "tests.process.device", *arguments]
        env = environment()
        env["PYTHONPATH"] += f":{ROOT}"
        self._group = Group(command, self._log.file, env)

    def kill(self) -> None:
        self._group.kill()

    def close(self) -> None:
        self.kill()
        self._log.close()

    def kept(self) -> dict[str, int]:
        """Return what it said to have kept; a line that it was killed in says nothing."""
        said = Path(self._log.name).read_text().splitlines(keepends=True)
        lines = [line.split(" ") for line in said if line.endswith("\n")]
        return {line[0]: int(line[1]) for line in lines if len(line) == 2 and len(line[0]) == 36}


@pytest.mark.parametrize("together", [1, 2])
def test_processes_killed_at_any_moment_lose_nothing_and_send_nothing_twice(
    tmp_path: Path, path: Path, together: int
) -> None:
    moments = Random(together)
    kept: dict[str, int] = {}
    with Server(f"sqlite:///{tmp_path}/custody.db") as server:
        network = founded(server.start())
        key = enrolled(server, network)
        for _ in range(LIVES):
            with ExitStack() as lives:
                devices = [Device(path, server, key, who) for who in range(together)]
                for device in devices:
                    lives.callback(device.close)
                eventually(partial(all_kept, devices, 5))
                sleep(moments.uniform(0, 0.2))  # at whatever moment it is
                for device in devices:
                    device.kill()
                    kept |= device.kept()
        with Outbox(path, T1, SIGNER) as outbox, client_of(server.url, key) as client:
            outbox.flush(client)
            assert outbox.waiting == 0
            assert [*outbox.refused()] == []
            assert_whole(recorded(server, network), outbox, kept)
        assert len(kept) > 5 * together


def all_kept(devices: list[Device], count: int) -> bool:
    return all(len(one.kept()) > count for one in devices)


def waits_for_less_than(outbox: Outbox, count: int) -> bool:
    return outbox.waiting < count
