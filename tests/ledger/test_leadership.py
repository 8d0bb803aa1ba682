"""Does one process lead at a time, and another take over when it has gone?"""

import pytest

from custody.ledger import open_engine
from custody.ledger.leadership import Leadership
from tests.postgres import Postgres
from tests.waiting import eventually

LOCK = 7


def test_one_leads_until_it_lets_go(postgres: Postgres) -> None:
    engine = open_engine(postgres.url)
    first, second, elsewhere = (Leadership(engine, number) for number in (LOCK, LOCK, LOCK + 1))
    assert (first.take(), second.take(), elsewhere.take()) == (True, False, True)
    assert (first.held, second.held) == (True, False)
    assert first.take()
    first.drop()
    assert not first.held
    eventually(second.take)  # its lock is gone as soon as the server has heard that it hung up
    assert not first.take()
    for each in (first, second, elsewhere):
        each.drop()
    engine.dispose()


def test_another_takes_over_when_the_leaders_connection_is_cut(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custody.ledger.leadership.CHECK_S", -1.0)
    engine = open_engine(postgres.url)
    first, second = Leadership(engine, LOCK), Leadership(engine, LOCK)
    assert first.take()
    assert first.take()
    with engine.connect() as connection:
        holders = "select pg_terminate_backend(pid, 5000) from pg_locks where locktype = 'advisory'"
        assert connection.exec_driver_sql(holders).scalar()
    assert second.take()
    assert not first.take()
    assert not first.held
    second.drop()
    second.drop()
    first.drop()
    engine.dispose()


def test_one_that_stands_by_gives_the_lead_back_to_one_whose_it_is(
    postgres: Postgres, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custody.ledger.leadership.CHECK_S", -1.0)
    engine = open_engine(postgres.url)
    whose, second, other, elsewhere = (
        Leadership(engine, number) for number in (LOCK, LOCK, LOCK, LOCK + 1)
    )
    other.stands_by = elsewhere.stands_by = True
    assert other.take()
    assert other.take()
    assert elsewhere.take()
    assert not whose.take()
    # It waits from now on, and is let in; nobody else is while it does.
    assert (other.take(), other.held, other.take()) == (False, False, False)
    assert elsewhere.take()
    eventually(whose.take)
    assert whose.take()
    assert not other.take()
    # Among those whose it is, nobody gives way.
    assert not second.take()
    assert (whose.take(), whose.held) == (True, True)
    whose.drop()
    assert not other.take()
    eventually(second.take)
    second.drop()
    eventually(other.take)
    for each in (other, elsewhere):
        each.drop()
    engine.dispose()


def test_one_that_waited_and_is_gone_keeps_nobody_from_leading(postgres: Postgres) -> None:
    engine = open_engine(postgres.url)
    first, waiting, other = (Leadership(engine, LOCK) for _ in range(3))
    other.stands_by = True
    assert (first.take(), waiting.take()) == (True, False)
    first.drop()
    assert not other.take()
    waiting.drop()
    eventually(other.take)
    other.drop()
    engine.dispose()


def test_on_sqlite_everyone_leads() -> None:
    engine = open_engine("sqlite:///unopened.db")
    leaders = [Leadership(engine, LOCK) for _ in range(2)]
    assert all(leader.take() and leader.held for leader in leaders)
    for leader in leaders:
        leader.drop()
