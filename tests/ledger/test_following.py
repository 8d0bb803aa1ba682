"""Does a reader who has seen everything sleep, and wake as soon as there is more?"""

import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from queue import SimpleQueue
from threading import Event

import psycopg
import pytest
from sqlalchemy.engine import make_url

from custody.ledger import Ledger, Unavailable, open_ledger
from custody.ledger.notices import CHANNELS, Notices
from custody.ledger.wakeups import Wakeups
from tests.ledger.writer import append_batches, entries, starting
from tests.postgres import Postgres
from tests.waiting import LONG_S, eventually


def test_what_is_there_already_is_not_waited_for(ledger: Ledger) -> None:
    ledger.append(entries("a", 0, 2), now=1)
    assert ledger.wait(1, LONG_S)


def test_what_was_there_before_we_came_is_not_waited_for(database_url: str, ledger: Ledger) -> None:
    append_batches(database_url, "a", 1, 2)
    assert ledger.wait(1, LONG_S)


def test_waiting_ends_when_the_time_is_over(ledger: Ledger) -> None:
    ledger.append(entries("a", 0, 2), now=1)
    assert not ledger.wait(2, 0.01)
    assert not ledger.wait(2, 0)


def test_an_append_of_the_same_process_wakes_who_waits(ledger: Ledger) -> None:
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(ledger.wait, 2, LONG_S)
        ledger.append(entries("a", 0, 2), now=1)
        assert not waiting.done() or not waiting.result()
        ledger.append(entries("a", 1, 1), now=1)
        assert waiting.result()


def test_an_append_of_another_process_wakes_who_waits(database_url: str, ledger: Ledger) -> None:
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(ledger.wait, 7, LONG_S)
        process = starting(database_url, "other", batches=4, size=2)
        assert waiting.result()
        process.join()


def test_a_notice_is_sent_after_the_commit(database_url: str, ledger: Ledger) -> None:
    """Whoever listens is told of a position that he can read; of several, perhaps the last only."""
    if ledger.engine.dialect.name != "postgresql":
        return
    conninfo = database_url.replace("+psycopg", "")
    with psycopg.connect(conninfo, autocommit=True) as listener:
        (head,) = (channel for channel, what in CHANNELS.items() if what == "head")
        listener.execute(f"listen {head}")
        for batch in range(3):
            ledger.append(entries("a", batch, 1), now=1)
        for notice in listener.notifies(timeout=LONG_S):
            told = int(notice.payload)
            assert ledger.since(told - 1, 1)[0].position == told
            if told == 3:
                break
        else:
            raise AssertionError("nobody told us of the last record")


def test_what_is_told_when_all_is_closed_is_told_to_nobody(postgres: Postgres) -> None:
    notices = Notices(make_url(postgres.url), hear=lambda *_: None)
    notices.close()
    notices.tell("head", 1)


def test_what_is_no_position_is_not_heard_and_is_complained_of_once(
    postgres: Postgres, caplog: pytest.LogCaptureFixture
) -> None:
    heard: SimpleQueue[int] = SimpleQueue()
    with closing(Notices(make_url(postgres.url), lambda _, position: heard.put(position))) as all_:
        all_.tell("head", 1)
        assert heard.get(timeout=LONG_S) == 1, "it hears itself, and so everybody"
        with psycopg.connect(postgres.url.replace("+psycopg", ""), autocommit=True) as stranger:
            for told in ("drop table", "", "-1", "1_0", " 2", "2.5", "\u0663", "9" * 5_000, "7"):
                stranger.execute("select pg_notify('custody_head', %s)", (told,))
        assert heard.get(timeout=LONG_S) == 7
    assert heard.empty()
    assert [one.getMessage() for one in caplog.records] == [
        "custody_head: 'drop table' is no position; it is ignored"
    ]


def test_who_listens_comes_back_when_the_connection_is_cut(
    database_url: str, ledger: Ledger
) -> None:
    if ledger.engine.dialect.name != "postgresql":
        return
    assert not ledger.wait(0, 0.01)
    with psycopg.connect(database_url.replace("+psycopg", ""), autocommit=True) as other:
        eventually(lambda: _cut_listeners(other))
        with ThreadPoolExecutor(1) as threads:
            waiting = threads.submit(ledger.wait, 0, LONG_S)
            append_batches(database_url, "other", 1, 1)
            assert waiting.result()


def _cut_listeners(connection: psycopg.Connection) -> int:
    cut = connection.execute(
        "select pg_terminate_backend(pid) from pg_stat_activity"
        " where datname = current_database() and query like 'listen%'"
    )
    return len(cut.fetchall())


def test_a_subscription_brings_the_past_and_then_what_comes(ledger: Ledger) -> None:
    ledger.append(entries("a", 0, 3), now=1)
    with ledger.subscribe(after=1) as subscription, ThreadPoolExecutor(1) as threads:
        assert [next(subscription).position for _ in range(2)] == [2, 3]
        coming = threads.submit(next, subscription)
        ledger.append(entries("a", 1, 1), now=1)
        assert coming.result().position == 4


def test_a_subscription_that_blocks_ends_when_it_is_stopped(ledger: Ledger) -> None:
    with ThreadPoolExecutor(1) as threads:
        subscription = ledger.subscribe()
        rest = threads.submit(list, subscription)
        subscription.stop()
        assert rest.result() == []


def test_closing_the_ledger_lets_all_who_wait_go(database_url: str) -> None:
    ledger = open_ledger(database_url)
    with ThreadPoolExecutor(2) as threads:
        waiting = threads.submit(ledger.wait, 0, LONG_S)
        following = threads.submit(list, ledger.subscribe())
        ledger.close()
        assert not waiting.result()
        assert following.result() == []


def test_closing_the_ledger_waits_for_who_looks_into_it(database_url: str) -> None:
    ledger = open_ledger(database_url)
    begun, go_on = Event(), Event()

    def look() -> int:
        begun.set()
        assert go_on.wait(LONG_S)
        return ledger.head().position

    with ThreadPoolExecutor(2) as threads:
        looking = threads.submit(ledger.looked_into, look)
        assert begun.wait(LONG_S)
        closing = threads.submit(ledger.close)
        eventually(lambda: ledger._wakeups.closed)
        assert not closing.done()
        go_on.set()
        assert looking.result() == 0
        closing.result()
    with pytest.raises(Unavailable):
        ledger.looked_into(ledger.head)


def test_however_many_wait_only_one_looks_at_a_time(ledger: Ledger) -> None:
    """Waiting is cheap: many who wait ask the database no more often than one would."""
    asked = 0

    def look() -> int:
        nonlocal asked
        asked += 1
        return 0

    ledger._wakeups._look = look
    ledger._wakeups._poll_s = LONG_S
    with ThreadPoolExecutor(8) as threads:
        until = time.monotonic() + 0.05
        for waiting in [threads.submit(ledger.wait, 0, until - time.monotonic()) for _ in range(8)]:
            assert not waiting.result()
    assert asked == 1


def test_a_position_that_nobody_has_recorded_is_looked_for_once() -> None:
    looks: list[int] = []
    end = 5

    def look() -> int:
        looks.append(end)
        return end

    all_ = Wakeups(look, poll_s=10**9)
    all_.rise(end)
    all_.hear(10**17)
    for _ in range(3):
        assert not all_.wait(end, 0.001)
    assert looks == [5]
    assert not all_.confirm(10**17)
    end = 6
    all_.hear(6)
    assert all_.wait(5, LONG_S), "what is told later is heard all the same"
