"""Are the leaves the same, whichever process makes them, and whatever becomes of that one?"""

import os
import resource
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import closing
from threading import Event

import pytest

from custody.ledger import Ledger
from custody.log.apart import Apart
from custody.log.entry import Unreadable
from custody.log.making import Maker
from custody.log.sealer import Sealer
from custody.log.verifying import verify
from tests import given
from tests.given import other, pack
from tests.log.destroyed import edit
from tests.log.sealing import read_note
from tests.projections.bookkeeping import Office, silent
from tests.waiting import LONG_S

PACE_S = 0.01
MANY = 5
# Leaves are made apart where a file is, which has one interpreter for all who write it.
pytestmark = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)


@pytest.fixture
def recorded(office: Office) -> Ledger:
    """A ledger in which batteries are named again and again."""
    office.post(given.drop_off(), given.store(), given.inspect(), given.dispatch([pack]))
    office.post(given.receive([pack]), given.drop_off(other))
    return office.ledger


@pytest.fixture
def apart(recorded: Ledger) -> Iterator[Apart]:
    """One that has started a process, which is up."""
    with closing(Apart(recorded, MANY)) as apart:
        deadline = time.monotonic() + LONG_S
        while apart.pid is None:
            assert time.monotonic() < deadline, "the process does not come up"
            apart.make(0, MANY)
            Event().wait(PACE_S)
        yield apart


def test_few_leaves_are_made_without_another_process(recorded: Ledger) -> None:
    with closing(Apart(recorded, many=1_000)) as apart:
        assert apart.make(0, 1_000) == Maker(recorded).make(0, 1_000)
        assert apart.is_alone


def test_the_other_process_makes_the_same_leaves(recorded: Ledger, apart: Apart) -> None:
    here = Maker(recorded)
    assert [apart.make(after, 2) for after in (0, 2, 4)] == [
        here.make(after, 2) for after in (0, 2, 4)
    ]
    assert apart.pid is not None, "and none of them was made here"


def test_what_was_made_ahead_and_is_not_wanted_is_made_again(
    recorded: Ledger, apart: Apart
) -> None:
    here = Maker(recorded)
    for after, count in ((0, 2), (0, 2), (0, 3), (3, 2), (3, 2), (0, MANY)):
        assert apart.make(after, count) == here.make(after, count)
    assert apart.pid is not None


def test_what_is_made_apart_is_the_log_that_is_verified(recorded: Ledger, apart: Apart) -> None:
    Sealer(recorded, 3, apart.make).catch_up()
    assert verify(recorded, read_note, silent).wrong == []


def test_where_no_process_can_be_started_leaves_are_made_here(
    recorded: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    made = Maker(recorded).make(0, MANY)
    with closing(Apart(recorded, MANY)) as apart:
        before, most = resource.getrlimit(resource.RLIMIT_NOFILE)
        resource.setrlimit(resource.RLIMIT_NOFILE, (0, most))
        try:
            assert apart.make(0, MANY) == made
        finally:
            resource.setrlimit(resource.RLIMIT_NOFILE, (before, most))
        assert apart.is_alone
    assert "无法启动" in caplog.text


@pytest.mark.parametrize("how", [signal.SIGKILL, signal.SIGSTOP])
def test_when_it_is_lost_leaves_are_made_here(
    recorded: Ledger, apart: Apart, how: signal.Signals, caplog: pytest.LogCaptureFixture
) -> None:
    assert apart.pid is not None
    apart.make(0, 3)
    apart.patience_s = PACE_S
    os.kill(apart.pid, how)
    os.waitid(os.P_PID, apart.pid, os.WSTOPPED | os.WEXITED | os.WNOWAIT)
    # Not those that it makes ahead: they may have come before it was lost.
    assert apart.make(1, 3) == Maker(recorded).make(1, 3)
    assert apart.is_alone, "another is not started at once"
    assert "已失效" in caplog.text


def test_what_is_no_record_is_said_as_if_it_was_made_here(recorded: Ledger, apart: Apart) -> None:
    edit(recorded, 3, data=b"{")
    with pytest.raises(Unreadable) as told:
        apart.make(0, MANY)
    assert told.value.position == 3
    assert apart.pid is not None, "it goes on for the others"


STARTS = """
import sys, time
from custody.ledger import open_ledger
from custody.log.apart import Apart

apart = Apart(open_ledger(sys.argv[1]), many=0)
while apart.pid is None:
    apart.make(0, 1)
    time.sleep(0.01)
print(apart.pid, flush=True)
sys.stdin.read()
"""


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere nobody can wait for a grandchild")
def test_it_ends_when_whoever_keeps_the_log_is_killed(database_url: str) -> None:
    command = [sys.executable, "-c", STARTS, database_url]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as keeping:
        assert keeping.stdout is not None
        end = os.pidfd_open(int(keeping.stdout.readline()))
        keeping.kill()
    ended = select.select([end], [], [], LONG_S)[0]  # once it has ended, what tells so can be read
    os.close(end)
    assert ended == [end]
