"""Is whoever wants to hear so told, at the times of its schedule, that there is nothing to tell?"""

from threading import Semaphore
from typing import Any

import pytest

from custody.exchange import indexing
from custody.exchange import tables as exchange_tables
from custody.exchange.indexing import begin
from custody.exchange.outgoing import Outgoing
from custody.ledger import Entry
from custody.projector import Projector
from custody.pushing import Subscription, events, keeping
from custody.pushing.backoff import Patience
from custody.pushing.events import Query
from custody.terms import DAY, HOUR, MINUTE, rfc3339
from tests.given import data, drop_off
from tests.pushing.conftest import NOON, Pushing
from tests.pushing.receiver import Got, Receiver, Reply
from tests.waiting import LONG_S

NEXT_MORNING = NOON + 17 * HOUR + 5 * MINUTE
"""Five past one in Shanghai."""


@pytest.fixture(autouse=True)
def index(pushing: Pushing, monkeypatch: pytest.MonkeyPatch) -> None:
    """An index of events that knows of nothing yet."""
    monkeypatch.setattr(events, "LOOK_S", 0.01)
    exchange_tables.lay_out(pushing.ledger.engine)
    begin(pushing.ledger)


@pytest.fixture
def listening(monkeypatch: pytest.MonkeyPatch) -> Semaphore:
    """Is released whenever somebody begins to be told: what was due before is not."""
    begun, first = Semaphore(0), events.Events.__init__

    def begin_to_listen(self: events.Events, *arguments: Any) -> None:
        first(self, *arguments)
        begun.release()

    monkeypatch.setattr(events.Events, "__init__", begin_to_listen)
    return begun


def scheduled(pushing: Pushing, receiver: Receiver, *, reports: bool = True) -> Subscription:
    schedule = {"hour": "1", "minute": "5"}
    query = Query("all", {}, {}, "No_Preference", schedule, reports)
    wanted = {"envelope": "epcis", "query": "q", "asked": query.written(), "token": b"t" * 16}
    return pushing.subscribe(receiver.url, **wanted)[0]


def record(pushing: Pushing) -> None:
    """Record a movement that is told as an event."""
    subjects = ("movement:a", "site:330106-0007")
    pushing.ledger.append([Entry("drop_off", 1, data(drop_off()), subjects)], now=pushing.clock.now)
    indexing.step(pushing.ledger, Outgoing())
    Projector(pushing.ledger).catch_up()


def told(got: Got) -> Any:
    return got.said["epcisBody"]["queryResults"]["resultsBody"]["eventList"]


def test_at_each_of_its_times_it_is_said_once_that_there_is_nothing(
    pushing: Pushing, receiver: Receiver, listening: Semaphore
) -> None:
    assert rfc3339(NEXT_MORNING) == "2026-03-01T17:05:00.000Z"
    scheduled(pushing, receiver)
    with pushing.delivering():
        assert listening.acquire(timeout=LONG_S)
        pushing.clock.now = NEXT_MORNING + 30_000
        first = receiver.next()
        assert (told(first), first.said["creationDate"]) == ([], rfc3339(NEXT_MORNING))
        pushing.clock.now += DAY
        second = receiver.next()
        assert (told(second), second.said["creationDate"]) == ([], rfc3339(NEXT_MORNING + DAY))
        assert second.id != first.id
        record(pushing)
        pushing.clock.now += DAY
        assert len(told(receiver.next())) == 1
        pushing.clock.now += DAY
        third = receiver.next()
        assert (told(third), third.said["creationDate"]) == ([], rfc3339(NEXT_MORNING + 3 * DAY))
    assert receiver.nothing_more()


def test_who_does_not_want_to_hear_so_is_told_nothing(
    pushing: Pushing, receiver: Receiver, listening: Semaphore
) -> None:
    other = Receiver()
    try:
        scheduled(pushing, receiver, reports=False)
        scheduled(pushing, other)
        with pushing.delivering():
            for _ in range(2):
                assert listening.acquire(timeout=LONG_S)
            for _ in range(2):
                pushing.clock.now += DAY
                assert told(other.next()) == []
            record(pushing)
            pushing.clock.now += DAY
            assert len(told(receiver.next())) == 1
    finally:
        other.close()
    assert len(receiver.all) == 1


def test_that_there_is_nothing_is_said_again_until_it_is_heard(
    pushing: Pushing, receiver: Receiver, listening: Semaphore
) -> None:
    receiver.replies.append(Reply(500))
    one = scheduled(pushing, receiver)
    with pushing.delivering():
        assert listening.acquire(timeout=LONG_S)
        pushing.clock.now = NEXT_MORNING
        failed = receiver.next()
        pushing.due(one)
        again = receiver.next()
        assert (again.id, again.body) == (failed.id, failed.body)
        pushing.until(one, failures=0, reaching=None)


def test_what_is_to_be_told_by_now_makes_it_untrue(
    pushing: Pushing, receiver: Receiver, listening: Semaphore
) -> None:
    receiver.replies.append(Reply(500))
    one = scheduled(pushing, receiver)
    with pushing.delivering():
        assert listening.acquire(timeout=LONG_S)
        pushing.clock.now = NEXT_MORNING
        assert told(receiver.next()) == []
        record(pushing)
        pushing.due(one)
        pushing.until(one, reaching=None)
        pushing.clock.now = NEXT_MORNING + DAY
        assert len(told(receiver.next())) == 1


def test_who_refuses_to_hear_it_leaves_no_dead_letter(
    pushing: Pushing, receiver: Receiver, listening: Semaphore
) -> None:
    receiver.always = Reply(422)
    one = scheduled(pushing, receiver)
    with pushing.delivering(patience=Patience(first=0, refusals_max=1)):
        assert listening.acquire(timeout=LONG_S)
        pushing.clock.now = NEXT_MORNING
        receiver.next()
        pushing.until(one, dead_running=1, reaching=None)
    assert not keeping.dead_letters(pushing.ledger.engine, one.id, 0, 10)
    assert pushing.stands(one).state == "active"
