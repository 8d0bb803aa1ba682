"""Is a receiver told of what it can ask about, and of nothing before?"""

import pytest

from custody.exchange import indexing
from custody.exchange.outgoing import Outgoing
from custody.exchange.tables import lay_out
from custody.feed import known
from custody.projector import Projector
from custody.pushing.events import Query
from custody.pushing.subscription import EPCIS
from tests.given import drop_off
from tests.projections.bookkeeping import laid_out
from tests.pushing.conftest import Pushing
from tests.pushing.receiver import Receiver, Reply
from tests.waiting import eventually


def test_what_no_query_knows_of_is_told_once_it_is_projected_and_the_wait_is_said(
    pushing: Pushing,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(known, "STALLED_S", 0.0)
    head = pushing.record(1, 2)
    one, _ = pushing.subscribe(receiver.url)
    later = pushing.record(3, projected=False)
    with pushing.delivering():
        pushing.until(one, cursor=head)
        eventually(lambda: f"past position {head} are recorded and not projected" in caplog.text)
        assert pushing.stands(one).cursor == head
        Projector(pushing.ledger).catch_up()
        pushing.until(one, cursor=later)
    assert [position for got in receiver.all for position in got.positions] == [1, 2, 3]


def test_what_was_under_way_waits_if_no_query_knows_of_it_any_more(
    pushing: Pushing, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custody.pushing.delivering.STOP_S", 0.01)
    monkeypatch.setattr("custody.pushing.delivering.IDLE_S", 0.02)
    receiver.always = Reply(breaks="hangs")
    one, _ = pushing.subscribe(receiver.url)
    pushing.record(1, 2)
    with pushing.delivering():
        first = receiver.next()
    receiver.always = None
    with pushing.ledger.engine.begin() as connection:  # as if the tables had been made anew
        connection.exec_driver_sql("update projected set position = 0")
    with pushing.delivering():
        other, _ = pushing.subscribe(receiver.url, after=2)
        eventually(lambda: pushing.stands(other).cursor == 2)
        assert receiver.nothing_more()
        with pushing.ledger.engine.begin() as connection:
            connection.exec_driver_sql("update projected set position = 2")
        assert receiver.next().body == first.body
        pushing.until(one, cursor=2)


def test_events_of_a_query_wait_for_the_other_queries_too(
    pushing: Pushing,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:
    monkeypatch.setattr(known, "STALLED_S", 0.0)
    ledger = pushing.ledger
    lay_out(ledger.engine)
    indexing.begin(ledger)
    office = laid_out(ledger)
    Projector(ledger).catch_up()
    asked = Query("all", {}, {}, "No_Preference").written()
    one, _ = pushing.subscribe(receiver.url, envelope=EPCIS, query="k all", asked=asked)
    office.post(drop_off())
    head = ledger.head().position
    assert indexing.step(ledger, Outgoing()) == head
    with pushing.delivering():
        waits = f"past position {head - 1} are recorded and not projected"
        eventually(lambda: waits in caplog.text)
        assert receiver.nothing_more()
        Projector(ledger).catch_up()
        pushing.until(one, cursor=head)
    assert len(receiver.all) == 1
