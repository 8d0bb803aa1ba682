import json
import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import Event
from typing import Any

import pytest
from sqlalchemy import delete, select, update

from custody.ledger import Appended, Entry, Ledger, writing
from custody.ledger.tables import record
from custody.log import store, tables
from custody.log.guard import Unusable
from custody.log.keeping import Keeper
from custody.log.making import HEADS
from custody.log.note import Signature
from custody.log.publishing import Publisher, Waiting
from custody.log.remote import Unreachable
from custody.terms import DAY
from tests import given
from tests.log.publishing import Printer, printing
from tests.projections.bookkeeping import Office
from tests.waiting import LONG_S

BEGIN = given.next_monday + DAY
PACE_S = 0.01


@pytest.fixture
def printer(office: Office, tmp_path: Path) -> Iterator[Printer]:
    with printing(office, tmp_path) as printer:
        yield printer


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = BEGIN

    def __call__(self) -> int:
        return self.now


def taken(ledger: Ledger) -> int:
    """Count the takings of heads."""
    with ledger.engine.connect() as connection:
        return len(
            connection.scalars(select(record.c.position).where(record.c.type == HEADS)).all()
        )


def all_sealed(printer: Printer) -> bool:
    with printer.ledger.engine.connect() as connection:
        return store.sealed(connection).edge.size == printer.size()


def test_heads_are_noted_in_time_by_a_clock_that_jumps(printer: Printer) -> None:
    clock = Clock()
    deadline = time.monotonic() + LONG_S
    with leading(Keeper(printer.ledger, lambda: None, clock, 1)) as keeper:
        for times, jump in enumerate((0, -DAY, DAY, -DAY), 1):
            clock.now = BEGIN + jump
            while taken(printer.ledger) < times:
                assert time.monotonic() < deadline, "nothing is noted any more"
                printer.post(1)
                keeper.step()
    assert_recorded_in_order(printer.ledger)


def test_what_is_recorded_while_heads_are_noted_is_noted_though_nothing_follows(
    printer: Printer, monkeypatch: pytest.MonkeyPatch
) -> None:
    printer.post(1)
    ledger, append = printer.ledger, printer.ledger.append
    late: list[int] = []

    def meanwhile(entries: Sequence[Entry], **told: Any) -> Appended:
        if entries[0].type == HEADS and not late:
            late.append(0)
            printer.post(1)
            late[0] = ledger.head().position
        return append(entries, **told)

    monkeypatch.setattr(ledger, "append", meanwhile)
    deadline = time.monotonic() + LONG_S
    with leading(Keeper(ledger, lambda: None, Clock(), 1)) as keeper:
        while not late or noted(ledger) < late[0]:
            assert time.monotonic() < deadline, "what came last is never noted"
            keeper.step()
    assert noted(ledger) == late[0] + 1, "up to the taking that missed it"


def noted(ledger: Ledger) -> int:
    """Return up to where every battery's last fact is noted."""
    takings = [one for one in ledger.since(0, 1_000) if one.type == HEADS]
    return max((json.loads(one.data)["through"] for one in takings), default=0)


def assert_recorded_in_order(ledger: Ledger) -> None:
    """Whatever the clocks say, what is recorded later bears no earlier time."""
    times = [one.recorded_at for one in ledger.since(0, 1_000)]
    assert times == sorted(times)


class Away:
    """A signer that does not answer."""

    def __init__(self, origin: str) -> None:
        self.origin = origin

    def sign(self, _old: int, _proof: Sequence[bytes], _text: str) -> tuple[Signature, ...]:
        raise Unreachable("away")


def test_while_the_signer_is_away_sealing_goes_on(printer: Printer) -> None:
    publisher = printer.opened(0, Away(printer.signer.origin))
    with leading(Keeper(printer.ledger, lambda: publisher, Clock())) as keeper:
        for _ in range(3):
            printer.post(2)
            with pytest.raises(Waiting):
                keeper.step()
            assert all_sealed(printer)
    assert not printer.published(0)


def test_what_stops_publishing_is_said_by_its_code_and_sealing_goes_on(
    printer: Printer, caplog: pytest.LogCaptureFixture
) -> None:
    printer.record()
    published = printer.opened(0).step()
    assert published is not None
    printer.post(2)
    with writing(printer.ledger.engine) as connection:  # what was signed is another tree
        connection.execute(delete(tables.note))
        leaf = tables.leaf
        connection.execute(update(leaf).where(leaf.c.position == 2).values(entry=b"{}"))
    keeping(
        printer,
        lambda: printer.opened(0),
        until=lambda: "leaves_changed" in caplog.text and all_sealed(printer),
    )
    assert not printer.published(0)


def test_what_is_wrong_with_the_settings_is_said_at_once(
    printer: Printer, caplog: pytest.LogCaptureFixture
) -> None:
    def opens() -> Publisher:
        raise Unusable("策略文件无法读取", "the policy cannot be read")

    printer.post(1)
    keeping(printer, opens, until=lambda: "the policy cannot be read" in caplog.text)
    assert "策略文件无法读取" in caplog.text
    assert [one.levelno for one in caplog.records] == [logging.ERROR], "once, and not each second"


@contextmanager
def leading(keeper: Keeper) -> Iterator[Keeper]:
    """Let one lead, step by step, until the block ends."""
    assert keeper.lead()
    try:
        yield keeper
    finally:
        keeper.stop()


def keeping(printer: Printer, opens: Callable[[], Publisher], until: Callable[[], bool]) -> None:
    """Keep the log in its own thread until something is seen to have happened."""
    keeper = Keeper(printer.ledger, opens, Clock())
    keeper.start()
    deadline = time.monotonic() + LONG_S
    try:
        while not until():
            assert time.monotonic() < deadline, "it did not happen"
            Event().wait(PACE_S)
    finally:
        keeper.stop()
