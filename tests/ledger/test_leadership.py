"""Does one process lead at a time, and another take over when it has gone?"""

import pytest

from custody.ledger import open_engine
from custody.ledger.leadership import LENT_S, Leadership
from tests.postgres import Postgres

LOCK = 7


def test_one_leads_until_it_lets_go(postgres: Postgres) -> None:
    engine = open_engine(postgres.url)
    first, second, elsewhere = (Leadership(engine, number) for number in (LOCK, LOCK, LOCK + 1))
    assert (first.take(), second.take(), elsewhere.take()) == (True, False, True)
    assert (first.held, second.held) == (True, False)
    assert first.take()
    first.drop()
    assert (first.held, second.take(), first.take()) == (False, True, False)
    for each in (second, elsewhere):
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
    engine.dispose()


def test_one_that_stands_by_leads_when_nobody_has_for_long_and_gives_the_lead_back(
    postgres: Postgres,
) -> None:
    now = 1_000.0
    engine = open_engine(postgres.url)
    whose, other = Leadership(engine, LOCK), Leadership(engine, LOCK, lambda: now)
    other.patience_s = 5.0
    assert not other.take()
    now += 4.9
    assert not other.take()
    # Whose it is comes in between, and it begins to wait anew.
    assert whose.take()
    now += 0.2
    assert not other.take()
    whose.drop()
    assert not other.take()
    now += 5.0
    assert other.take()
    assert not whose.take()
    now += LENT_S
    assert other.take()
    now += 0.1
    assert not other.take()
    assert not other.held
    assert whose.take()
    whose.drop()
    engine.dispose()


def test_on_sqlite_everyone_leads() -> None:
    engine = open_engine("sqlite:///unopened.db")
    leaders = [Leadership(engine, LOCK) for _ in range(2)]
    assert all(leader.take() and leader.held for leader in leaders)
    for leader in leaders:
        leader.drop()
