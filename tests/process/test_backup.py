"""Is a backup that is taken while the service records a prefix of the ledger, and whole?"""

import json
import signal
import subprocess
import time
from pathlib import Path
from random import Random

import pytest

from custody.ledger import Entry, Record, open_ledger
from tests.conftest import ENGINES
from tests.process import forked
from tests.process.network import Network, founded
from tests.process.program import COMMAND, custody_at, environment
from tests.process.server import serving
from tests.process.terminals import Movement, crowd_at, drop_off
from tests.waiting import LONG_S

TERMINALS = 4
REST_S = 0.05
BACKUPS = 3
RECORDS = 20_000
KILLS = 4
ALL = 10**9


@pytest.fixture(params=ENGINES)
def empty_url(request: pytest.FixtureRequest, tmp_path: Path, shared: str) -> str:
    """An empty database of each engine in turn, to restore into."""
    return f"sqlite:///{tmp_path}/restored.db" if request.param == "sqlite" else shared


def test_a_backup_taken_while_terminals_post_is_a_prefix_of_the_ledger(
    database_url: str, empty_url: str, tmp_path: Path
) -> None:
    file = str(tmp_path / "books.backup")
    made = {}
    with serving(database_url) as server:
        network = founded(server)
        with crowd_at(server, network, TERMINALS, rest_s=REST_S) as crowd:
            for _ in range(BACKUPS):
                crowd.wait_for_more(100)
                made = json.loads(custody_at(database_url, "backup", file, "--json"))
            crowd.wait_for_more(50)
    restored = json.loads(custody_at(empty_url, "restore", file, "--json"))
    assert restored["ledger"] == made["ledger"]
    assert restored["equal"]["ledger"]
    assert restored["equal"]["projections"] in (True, None)
    before, after = records(database_url), records(empty_url)
    assert len(before) > len(after) == made["position"] > 0
    assert after == before[: len(after)]
    compared = json.loads(custody_at(empty_url, "rebuild", "--verify", "--json"))
    assert all(one["equal"] for one in compared), compared
    _serves_on(empty_url, network)


def test_a_backup_that_is_killed_is_whole_or_not_there(database_url: str, tmp_path: Path) -> None:
    _fill(database_url)
    file = tmp_path / "books.backup"
    moments = Random(20_26)
    killed = 0
    for _ in range(KILLS):
        killed += _killed_at(database_url, file, moments.randrange(200_000))
        if file.exists():
            custody_at(database_url, "restore", "--check", str(file))
    assert killed, "every backup was quicker than we: the kills tested nothing"
    custody_at(database_url, "backup", str(file))
    found = json.loads(custody_at(database_url, "restore", "--check", "--json", str(file)))
    assert found["position"] == RECORDS
    assert [path.name for path in tmp_path.glob("books*")] == ["books.backup"]


@pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
def test_a_restore_that_is_killed_has_done_nothing(database_url: str, tmp_path: Path) -> None:
    _fill(database_url)
    file = tmp_path / "books.backup"
    custody_at(database_url, "backup", str(file))
    other = f"sqlite:///{tmp_path}/other.db"
    custody_at(other, "upgrade")
    wal = tmp_path / "other.db-wal"
    process = started(other, "restore", str(file))
    # What it writes goes there first, long before it is committed.
    while process.poll() is None and (not wal.exists() or wal.stat().st_size < 1_000_000):
        time.sleep(0.001)
    process.kill()
    process.communicate(timeout=LONG_S)
    held = len(records(other))
    assert held in (0, RECORDS), "all of it or nothing"
    if not held:
        custody_at(other, "restore", str(file))
        assert records(other) == records(database_url)


def records(database_url: str) -> list[Record]:
    ledger = open_ledger(database_url)
    try:
        return ledger.since(0, ALL)
    finally:
        ledger.close()


def _serves_on(database_url: str, network: Network) -> None:
    """The keys that were restored open what they opened, and movements go on being recorded."""
    with serving(database_url) as server, crowd_at(server, network, 1, first=50) as crowd:
        crowd.wait_for_more(10)


def _fill(database_url: str) -> None:
    ledger = open_ledger(database_url)
    for first in range(0, RECORDS, 1_000):
        said = [drop_off(number) for number in range(first, first + 1_000)]
        ledger.append([_entry(one) for one in said], now=first)
    ledger.close()


def _entry(said: Movement) -> Entry:
    subjects = (f"movement:{said['id']}", f"battery:{said['battery']['code']}")
    return Entry("drop_off", 1, json.dumps(said).encode(), subjects)


def _killed_at(database_url: str, file: Path, length: int) -> bool:
    """Kill a backup once it has written so much; tell whether it had not finished."""
    part = file.with_name(f"{file.name}.part")
    part.unlink(missing_ok=True)
    process = started(database_url, "backup", str(file))
    while process.poll() is None and not (part.exists() and _size(part) >= length):
        time.sleep(0.001)
    process.kill()
    process.communicate(timeout=LONG_S)
    return process.returncode == -signal.SIGKILL


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0


def started(database_url: str, *arguments: str) -> subprocess.Popen[bytes]:
    return forked.Popen(
        [*COMMAND, *arguments],
        env=environment(CUSTODY_DATABASE_URL=database_url),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
    )
