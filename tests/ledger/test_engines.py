"""Is a database opened so that a commit lasts, that writers take turns, and that names are keys?"""

import signal
import sqlite3
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

import pytest
from sqlalchemy import create_engine, event, text
from sqlalchemy.exc import OperationalError

from custody.ledger import Ledger, Unavailable, UnusableUrl, open_engine, open_ledger, writing
from custody.ledger import sqlite as sqlite_statements
from custody.ledger.functions import APPEND, READ, SINCE
from custody.ledger.turns import Turns
from tests.ledger.writer import entries
from tests.postgres import Postgres

FACTS = 100
FULL = 2
THREADS = 5


def setting(ledger: Ledger, statement: str) -> Any:
    with ledger.engine.connect() as connection:
        return connection.exec_driver_sql(statement).scalar()


@pytest.fixture
def sqlite_ledger(tmp_path: Path) -> Iterator[Ledger]:
    ledger = open_ledger(f"sqlite:///{tmp_path}/custody.db")
    yield ledger
    ledger.close()


@pytest.fixture
def postgres_ledger(postgres: Postgres) -> Iterator[Ledger]:
    ledger = open_ledger(postgres.database("engines"))
    yield ledger
    ledger.close()
    postgres.drop("engines")


def test_sqlite_flushes_each_commit(sqlite_ledger: Ledger) -> None:
    assert setting(sqlite_ledger, "pragma synchronous") == FULL
    assert setting(sqlite_ledger, "pragma journal_mode") == "wal"
    assert setting(sqlite_ledger, "pragma foreign_keys") == 1


@pytest.mark.parametrize("configured", ["off", "local", "remote_apply"])
def test_postgresql_flushes_each_commit_whatever_it_is_configured_to(
    postgres_ledger: Ledger, configured: str
) -> None:
    with writing(postgres_ledger.engine) as connection:
        connection.exec_driver_sql(f"alter database engines set synchronous_commit = {configured}")
    postgres_ledger.engine.dispose()
    expected = "remote_apply" if configured == "remote_apply" else "on"
    assert setting(postgres_ledger, "show synchronous_commit") == expected


def test_what_can_be_made_again_need_not_be_flushed(ledger: Ledger) -> None:
    asked, flushed, not_flushed = {
        "sqlite": ("pragma synchronous", FULL, 1),
        "postgresql": ("show synchronous_commit", "on", "off"),
    }[ledger.engine.dialect.name]
    for _ in range(2):
        with writing(ledger.engine, durable=False) as connection:
            assert connection.exec_driver_sql(asked).scalar() == not_flushed
        with writing(ledger.engine) as connection:
            assert connection.exec_driver_sql(asked).scalar() == flushed
    with pytest.raises(ZeroDivisionError), writing(ledger.engine, durable=False):
        raise ZeroDivisionError
    assert setting(ledger, asked) == flushed


@pytest.mark.parametrize(
    "url",
    ["", "custody", "mysql://x/y", "sqlite://", "sqlite:///:memory:", "sqlite:///x?mode=ro",
     "postgresql+asyncpg://x/y"],
)  # fmt: skip
def test_a_url_that_can_keep_no_ledger_is_refused(url: str) -> None:
    with pytest.raises(UnusableUrl) as refusal:
        open_engine(url)
    assert refusal.value.url == url


def test_a_refused_url_does_not_tell_its_password() -> None:
    with pytest.raises(UnusableUrl) as refusal:
        open_engine("mysql://user:secret@x/y")
    assert "secret" not in str(refusal.value)


@pytest.mark.parametrize("scheme", ["postgresql", "postgres", "postgresql+psycopg"])
def test_postgresql_is_known_by_all_its_names(scheme: str) -> None:
    assert open_engine(f"{scheme}://x/y").url.drivername == "postgresql+psycopg"


def test_what_is_handed_back_after_all_was_closed_is_closed_too(ledger: Ledger) -> None:
    with ledger.engine.connect() as connection:
        driver: Any = connection.connection.driver_connection
        ledger.close()
        connection.execute(text("select 1"))
    if ledger.engine.dialect.name == "postgresql":
        assert driver.closed
    else:
        with pytest.raises(sqlite3.ProgrammingError, match="closed"):
            driver.execute("select 1")


def test_a_write_transaction_is_whole_or_not_at_all(ledger: Ledger) -> None:
    def begin_and_fail() -> None:
        with writing(ledger.engine) as connection:
            connection.execute(text("update head set position = 5"))
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        begin_and_fail()
    assert ledger.head().position == 0
    with writing(ledger.engine) as connection:
        connection.execute(text("update head set position = 5"))
    assert ledger.head().position == 5


def test_a_reader_does_not_wait_for_a_writer(ledger: Ledger) -> None:
    with writing(ledger.engine) as connection:
        connection.execute(text("update head set position = 5"))
        assert ledger.head().position == 0
        assert ledger.since(0, 1) == []


def test_a_mistake_of_ours_is_not_taken_for_a_passing_failure(ledger: Ledger) -> None:
    with pytest.raises(Exception, match="no_such_table"), writing(ledger.engine) as connection:
        connection.execute(text("select * from no_such_table"))


def test_a_database_locked_for_too_long_is_unavailable(sqlite_ledger: Ledger) -> None:
    event.listen(sqlite_ledger.engine, "connect", _wait_no_time)
    sqlite_ledger.engine.dispose()
    other = sqlite3.connect(str(sqlite_ledger.engine.url.database), isolation_level=None)
    other.execute("begin immediate")
    with pytest.raises(Unavailable) as failure:
        sqlite_ledger.append(entries("a", 0, 1), now=1)
    assert isinstance(failure.value.__cause__, OperationalError)
    other.close()
    assert sqlite_ledger.append(entries("a", 0, 1), now=1).first == 1


def _wait_no_time(dbapi: Any, _: object) -> None:
    dbapi.execute("pragma busy_timeout = 0")


def test_a_server_that_cannot_be_reached_is_unavailable() -> None:
    with pytest.raises(Unavailable):
        open_ledger("postgresql://nobody@127.0.0.1:1/none")


def test_who_gets_no_connection_in_time_is_told_so(database_url: str) -> None:
    engine = create_engine(database_url, pool_size=1, max_overflow=0, pool_timeout=0)
    with engine.connect(), pytest.raises(Unavailable), writing(engine):
        raise AssertionError("there was a connection left")
    engine.dispose()


def test_turns_come_in_the_order_of_asking() -> None:
    turns, order = Turns(), list[int]()

    def take(number: int) -> None:
        with turns:
            order.append(number)

    takers = [Thread(target=take, args=(number,)) for number in range(THREADS)]
    with turns:
        for number, taker in enumerate(takers, 1):
            taker.start()
            while len(turns._waiting) < number:
                pass
    for taker in takers:
        taker.join()
    assert order == list(range(THREADS))


def test_who_is_interrupted_while_waiting_leaves_the_row() -> None:
    turns, held, free = Turns(), Event(), Event()

    def hold() -> None:
        with turns:
            held.set()
            while not turns._waiting:
                pass
            signal.pthread_kill(threading.main_thread().ident or 0, signal.SIGUSR1)
            free.wait(60)

    before = signal.signal(signal.SIGUSR1, _interrupt)
    with ThreadPoolExecutor(1) as threads:
        threads.submit(hold)
        held.wait(60)
        with pytest.raises(KeyboardInterrupt), turns:
            raise AssertionError("the holder has not passed it on")
        signal.signal(signal.SIGUSR1, before)
        assert not turns._waiting
        free.set()
    with turns:
        assert turns._taken


def test_who_is_interrupted_as_the_turn_comes_passes_it_on() -> None:
    turns, place = Turns(), Lock()
    turns.__enter__()
    turns._leave(place)
    assert not turns._taken


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


def test_a_turn_passes_on_when_its_holder_fails() -> None:
    turns, asked = Turns(), Event()

    def fail() -> None:
        with turns:
            asked.wait(60)
            raise ZeroDivisionError

    with ThreadPoolExecutor(2) as threads:
        failing, next_one = threads.submit(fail), threads.submit(turns.__enter__)
        asked.set()
        next_one.result(60)
        assert isinstance(failing.exception(60), ZeroDivisionError)


@pytest.mark.parametrize("statement", ["_READ", "_MOVED", "_VERSIONS"])
def test_sqlite_looks_names_up_by_key(sqlite_ledger: Ledger, statement: str) -> None:
    sql: str = getattr(sqlite_statements, statement)
    with sqlite_ledger.engine.connect() as connection:
        plan = connection.exec_driver_sql(
            "explain query plan " + sql, ('["a"]', 0)[: sql.count("?")]
        )
        steps = [row.detail for row in plan]
    assert any("SEARCH a USING PRIMARY KEY (subject=?" in step for step in steps)
    assert not any(step.startswith(("SCAN a", "SCAN record")) for step in steps)


def test_postgresql_looks_for_what_came_before_once_for_a_subject_of_a_batch(
    postgres_ledger: Ledger,
) -> None:
    def looked_at() -> int:
        """Count the entries of the index that were met so far; those of no effect yet too."""
        with postgres_ledger.engine.connect() as connection:
            connection.exec_driver_sql("select pg_stat_force_next_flush()")
            connection.rollback()
            met = "select sum(idx_tup_read) from pg_stat_user_indexes where relname = 'about'"
            return int(connection.exec_driver_sql(met).scalar() or 0)

    postgres_ledger.append(entries("a", 0, FACTS), now=1)
    before = looked_at()
    postgres_ledger.append(entries("a", 1, FACTS), now=2)
    subjects = 1 + FACTS
    assert 0 < looked_at() - before <= subjects


@pytest.mark.parametrize("function", [APPEND, READ, SINCE])
def test_postgresql_keeps_no_plan_that_reads_whole_tables(function: str) -> None:
    assert "set enable_seqscan = off" in function
