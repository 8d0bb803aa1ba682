"""Does a terminal's outbox lose nothing and send nothing twice, whoever is killed, and when?"""

import sys
import tempfile
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from random import Random
from threading import Thread
from time import monotonic, sleep

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

SITE = POINTS[0]
T1 = f"{SITE}-T1"
LIVES = 5
"""How often each process that writes is killed."""

MOVEMENTS = 400
PATIENT = Patience(attempts=1_000, pause_s=0.01, pause_s_max=0.05)
ENOUGH_S = 60
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


def chain_of(server: Server, network: Network) -> list[Fact]:
    """Return what was recorded of the terminal, after seeing that nothing was remarked on."""
    with client_of(server.url, network.auditor) as auditor:
        facts = [fact for fact in auditor.facts() if fact.id]
        for fact in facts:
            assert fact.id is not None
            assert auditor.movement(fact.id).remarks == (), fact
    return facts


def assert_whole(facts: list[Fact], kept: dict[str, int]) -> None:
    """All that was said to be kept is there, once, in its place; and no place is empty."""
    places = {fact.id: (fact.data or {})["terminal_sequence"] for fact in facts}
    assert len(places) == len(facts)
    assert kept.items() <= places.items()
    assert [*places.values()] == [*range(1, len(facts) + 1)]


def filled(path: Path, count: int = MOVEMENTS) -> dict[str, int]:
    with Outbox(path, T1, SIGNER) as outbox:
        kept = [outbox.put(drop_off(number)) for number in range(count)]
    return {one.id: one.sequence for one in kept}


def test_answers_that_are_lost_are_asked_for_again(
    database_url: str, path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custody.client.posting.AT_ONCE_MAX", 10)
    monkeypatch.setattr("custody.client.outbox_sending.AT_ONCE_MAX", 10)
    kept = filled(path)
    with Server(database_url) as server:
        network = founded(server.start())
        key = enrolled(server, network)
        with lossy(server.url, 4) as line, client_of(line.url, key) as client:
            with Outbox(path, T1, SIGNER) as outbox:
                flushed = outbox.flush(client)
            assert line.lost > MOVEMENTS / 10 / 4
            assert flushed.duplicates > MOVEMENTS / 4
            assert flushed.recorded + flushed.duplicates == MOVEMENTS
            one = client.post(drop_off(MOVEMENTS))
            assert client.movement(one.id).position == one.position
        facts = chain_of(server, network)
    assert len(facts) == MOVEMENTS + 1
    assert_whole(facts[:-1], kept)


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
            for _ in range(3):
                goal = max(outbox.waiting - moments.randint(10, 100), 1)
                until(lambda goal=goal: outbox.waiting <= goal)  # type: ignore[misc]
                assert outbox.waiting, "it was over before the service was killed"
                server.kill()
                server.start()
            flush.join(ENOUGH_S)
        assert outbox.waiting == 0
        assert_whole(chain_of(server, network), kept)


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

    def kept(self) -> Iterator[tuple[str, int]]:
        """Yield what it said to have kept; a line that it was killed in says nothing."""
        for line in Path(self._log.name).read_text().splitlines(keepends=True):
            match line.split(" "):
                case [id_, n] if len(id_) == 36 and n.endswith("\n"):
                    yield id_, int(n)


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
            before = len(kept)
            with ExitStack() as lives:
                devices = [Device(path, server, key, who) for who in range(together)]
                for device in devices:
                    lives.callback(device.kill)
                until(lambda d=devices: all(len([*one.kept()]) > 5 for one in d))  # type: ignore[misc]
                sleep(moments.uniform(0, 0.2))  # at whatever moment it is
            for device in devices:
                kept.update(device.kept())
            assert len(kept) > before
        with Outbox(path, T1, SIGNER) as outbox, client_of(server.url, key) as client:
            outbox.flush(client)
            assert outbox.waiting == 0
            assert [*outbox.refused()] == []
        assert_whole(chain_of(server, network), kept)


def until(done: object) -> None:
    """Wait until something is so."""
    deadline = monotonic() + ENOUGH_S
    while not done():  # type: ignore[operator]
        assert monotonic() < deadline, f"not so after {ENOUGH_S} s"
        sleep(0.005)
