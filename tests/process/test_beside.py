"""Is what stands beside those who serve there again after it was killed, and at its own work?"""

import os
import signal
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import Engine, text

from custody import projector
from custody.cli.beside import LOG_NICE
from custody.ledger import open_engine
from custody.log import keeping
from tests.process.network import founded
from tests.process.outcome import assert_projected
from tests.process.server import serving
from tests.process.test_workers import (
    asked_until_there,
    children_of,
    is_from,
    post,
    processes_of,
)
from tests.waiting import eventually

LEADER = text(
    "select pid from pg_locks join pg_stat_activity using (pid) where locktype = 'advisory'"
    " and objid = cast(:number as bigint) & 4294967295 and granted and mode = 'ExclusiveLock'"
    " and datname = current_database() and application_name = :name"
)


@pytest.fixture
def engine(shared: str) -> Iterator[Engine]:
    engine = open_engine(shared)
    yield engine
    engine.dispose()


@pytest.mark.parametrize(
    ("which", "name", "lock"),
    [(0, "custody projector", projector._LOCK), (1, "custody log", keeping._LOCK)],
)
def test_a_process_that_was_killed_is_started_again_and_leads_again(
    shared: str, engine: Engine, which: int, name: str, lock: int
) -> None:
    def session() -> int | None:
        with engine.connect() as connection:
            found: int | None = connection.scalar(LEADER, {"number": lock, "name": name})
        return found

    with serving(shared) as server:
        network = founded(server)
        killed = processes_of(server)[which]
        for number in range(2):
            led = until(session)
            os.kill(killed, signal.SIGKILL)
            position = post(server, network, number)
            until(partial(other_than, led, session))
            told = asked_until_there(server, network, f"/v1/sites?at_least={position}")
            assert told.status_code == 200, told.text
            assert str(killed) in server.log()
            killed = processes_of(server)[-1]
        assert_projected(server, network)


def test_the_log_gives_way_to_those_who_record(shared: str) -> None:
    with serving(shared) as server:
        _, sealing, *_ = processes_of(server)
        nicer = os.getpriority(os.PRIO_PROCESS, server.pid) + LOG_NICE
        until(lambda: os.getpriority(os.PRIO_PROCESS, sealing) == nicer or None)


def test_none_stays_behind_when_the_process_they_were_forked_from_is_killed(
    shared: str, engine: Engine
) -> None:
    def session() -> int | None:
        asked = {"number": projector._LOCK, "name": "custody projector"}
        with engine.connect() as connection:
            found: int | None = connection.scalar(LEADER, asked)
        return found

    with serving(shared) as server:
        network = founded(server)
        led = until(session)
        (forked_from,) = (one for one in children_of(server.pid) if is_from("forkserver", one))
        left = children_of(forked_from)
        assert len(left) == 3, "who projects, who keeps the log, who sends out"
        os.kill(forked_from, signal.SIGKILL)
        until(lambda: None if any(map(lives, left)) else 0)
        until(partial(other_than, led, session))
        position = post(server, network, 0)
        told = asked_until_there(server, network, f"/v1/sites?at_least={position}")
        assert told.status_code == 200, told.text
        assert_projected(server, network)


def lives(pid: int) -> bool:
    """Tell whether a process does anything yet: one that ended may wait for somebody to say so."""
    try:
        _, _, rest = Path(f"/proc/{pid}/stat").read_text().rpartition(") ")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return rest[0] != "Z"


def until(found: Callable[[], int | None]) -> int:
    """Look until something is found, be it naught."""
    return eventually(lambda: None if (it := found()) is None else [it])[0]


def other_than(before: int, session: Callable[[], int | None]) -> int | None:
    now = session()
    return None if now == before else now
