"""Does PostgreSQL know what is in the index when much was added at once?"""

from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from sqlalchemy import Engine, text
from sqlalchemy.engine import make_url

from custody.exchange import following, indexing
from custody.exchange.adding import Tell
from custody.exchange.analyzing import analyze
from custody.exchange.following import Exchange
from custody.exchange.outgoing import Outgoing
from custody.exchange.tables import lay_out
from custody.ledger import Entry, Ledger, open_engine
from custody.projections.freshness import lay_out as lay_out_projections
from tests.exchange.test_following import nobody
from tests.given import data, drop_off

pytestmark = pytest.mark.parametrize("database_url", ["postgresql"], indirect=True)

LOOKED_OVER = "select distinct tablename from pg_stats where tablename like 'epcis%'"
STRANGER = "index_stranger"


@pytest.fixture
def tell() -> Tell:
    return Outgoing()


@pytest.fixture
def exchange(ledger: Ledger, tell: Tell, monkeypatch: pytest.MonkeyPatch) -> Exchange:
    monkeypatch.setattr(following, "MANY_RECORDS", 3)
    lay_out_projections(ledger.engine)
    lay_out(ledger.engine)
    return Exchange(ledger, lambda: 1_000, tell, nobody)


def recorded(ledger: Ledger, number: int) -> None:
    """Record so many movements."""
    fact = drop_off()
    subjects = (f"movement:{fact.id}", f"site:{fact.site}")
    for _ in range(number):
        ledger.append([Entry("drop_off", 1, data(fact), subjects)], now=1)


def looked_over(engine: Engine) -> set[str]:
    """Name the tables of the index of which PostgreSQL knows anything."""
    with engine.connect() as connection:
        return {*connection.scalars(text(LOOKED_OVER))}


def caught_up(exchange: Exchange) -> None:
    indexing.begin(exchange.ledger)
    while exchange.work():
        pass


def test_after_much_was_indexed_it_is_looked_over(exchange: Exchange, ledger: Ledger) -> None:
    recorded(ledger, 2)
    caught_up(exchange)
    assert looked_over(ledger.engine) == set(), "of little it is no matter"
    recorded(ledger, 1)
    caught_up(exchange)
    assert looked_over(ledger.engine) >= {"epcis_event", "epcis_trait", "epcis_value"}


@contextmanager
def stranger(ledger: Ledger, database_url: str) -> Iterator[Engine]:
    """An engine of a role that may read and write, and owns nothing."""
    with ledger.engine.begin() as connection:
        connection.execute(text(f"create role {STRANGER} login password 'x'"))
        connection.execute(
            text(
                f"grant select, insert, update, delete on all tables in schema public to {STRANGER}"
            )
        )
    url = make_url(database_url).set(username=STRANGER, password="x")
    engine = open_engine(url.render_as_string(hide_password=False))
    try:
        yield engine
    finally:
        engine.dispose()
        with ledger.engine.begin() as connection:
            connection.execute(text(f"drop owned by {STRANGER}"))
            connection.execute(text(f"drop role {STRANGER}"))


def test_who_may_not_or_cannot_just_now_goes_on_without(
    exchange: Exchange, ledger: Ledger, database_url: str
) -> None:
    recorded(ledger, 1)
    caught_up(exchange)
    with stranger(ledger, database_url) as engine:
        analyze(engine)
    assert looked_over(ledger.engine) == set()
    with ledger.engine.begin() as other:
        other.execute(text("lock table epcis_event, epcis_trait in access exclusive mode"))
        analyze(ledger.engine)
    assert "epcis_event" not in looked_over(ledger.engine)
    assert "epcis_value" in looked_over(ledger.engine)


def test_a_failure_is_noted_and_stops_nobody(
    exchange: Exchange, ledger: Ledger, caplog: pytest.LogCaptureFixture
) -> None:
    with ledger.engine.begin() as connection:
        connection.execute(text("drop table epcis_measure"))
    analyze(ledger.engine)
    assert "could not be analyzed" in caplog.text
