"""Is nothing acknowledged lost, whichever system call fails or is the last? strace makes them."""

import shutil
import subprocess
import sys
from pathlib import Path
from typing import NamedTuple

import pytest

from custody.ledger import Entry, open_ledger
from custody.log import store, tables
from custody.log.guard import Guard
from custody.log.verifying import verify
from tests.log import injected
from tests.log.sealing import ORIGIN, read_note, seal
from tests.log.test_guard import LOG, at, grown, proof
from tests.process.program import ROOT, environment
from tests.projections.bookkeeping import silent
from tests.waiting import LONG_S

FAULTS = ("error=EIO", "error=ENOSPC", "signal=KILL")
HIT = {("append", "pwrite64"), *(("advance", call) for call in injected.CALLS["advance"])}
"""What must have been hit; whether a file's data alone is flushed depends on the system."""

FLUSHES = 2 * 2
"""Of a guard that remembers twice: each time the file, then the folder that has its new name."""


class Tried(NamedTuple):
    """Which call of which act was hit, and what had been said by then."""

    folder: Path
    act: str
    call: str
    number: str
    said: str

    @property
    def place(self) -> Path:
        return self.folder / self.act / self.call / self.number


def tried(folder: Path, fault: str) -> list[Tried]:
    """Let each call go wrong in turn; return what was said by then."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not installed (on Debian: apt install strace)")
    calls = {call for calls in injected.CALLS.values() for call in calls}
    inject = [f"--inject={call}:{fault}:when={injected.AT}" for call in sorted(calls)]
    program = [sys.executable, "-m", injected.__name__, str(folder)]
    done = subprocess.run(
        [strace, "-f", "-qq", "-o", "/dev/null", *inject, *program],
        cwd=ROOT, env=environment(), capture_output=True, text=True, check=False, timeout=LONG_S,
    )  # fmt: skip
    if "PTRACE" in done.stderr and "not permitted" in done.stderr:
        pytest.skip("strace may not trace here")
    assert (done.returncode, done.stderr) == (0, ""), done.stderr
    return [Tried(folder, *line.split()) for line in done.stdout.splitlines()]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A place whose template holds what the program begins with: a ledger, and a guard's memory."""
    template = tmp_path / "template"
    template.mkdir()
    ledger = open_ledger(f"sqlite:///{template}/custody.db")
    tables.lay_out(ledger.engine)
    store.begin(ledger.engine, ORIGIN)
    ledger.close()
    grown(Guard(template / "state", new=True), 9).close()
    return tmp_path


@pytest.mark.parametrize("fault", FAULTS)
def test_whichever_call_goes_wrong_what_was_done_is_kept(folder: Path, fault: str) -> None:
    hit = tried(folder, fault)
    assert {(one.act, one.call) for one in hit} >= HIT, "or else nothing was tried"
    flushes = [one for one in hit if (one.act, one.call) == ("advance", "fsync")]
    assert len(flushes) == FLUSHES, "or else what was signed may be gone with the next power cut"
    for one in hit:
        check = {"append": assert_recorded_once, "advance": assert_old_or_new}[one.act]
        check(one)


def assert_recorded_once(one: Tried) -> None:
    """What is acknowledged is recorded once, in its place, and the log goes on from there."""
    ledger = open_ledger(f"sqlite:///{one.place}/custody.db")
    try:
        records = ledger.since(0, 100)
        found = [record.data.decode()[9] for record in records]
        acknowledged = [letter for letter in one.said if letter.isalpha()]
        assert [letter for letter in found if letter in acknowledged] == acknowledged, one
        assert len(found) == len(set(found)) <= len(acknowledged) + 1, one
        assert [record.position for record in records] == [*range(1, len(records) + 1)], one
        ledger.append([Entry("noted", 1, b'{"said":"z"}', ("notes:all",))], now=1)
        seal(ledger)
        assert verify(ledger, read_note, silent).wrong == [], one
    finally:
        ledger.close()


def assert_old_or_new(one: Tried) -> None:
    """The guard's file is the old or the new one: what was signed is in it, and it goes on."""
    left = Guard(one.place / "state")
    try:
        seen = left.last(LOG)
        assert seen is not None
        size = seen.checkpoint.size
        assert size >= {"a": 12, "b": 14}.get(one.said.rstrip(".")[-1:], 9), one
        assert (size, seen.note[0]) in {(9, "n"), (12, "a"), (14, "b")}, one
        left.advance(size, proof(size, 15), at(15), "it goes on")
    finally:
        left.close()
