"""Is everything there that was acknowledged, once and in order, after a sudden end?"""

from multiprocessing.connection import Connection
from threading import Thread
from time import sleep

import psycopg
import pytest

from custody.ledger import Ledger, Record, Unavailable, open_ledger
from tests.ledger.writer import entries, starting_for_ever
from tests.postgres import Postgres
from tests.waiting import LOOK_S

SIZE = 20
ACKNOWLEDGED_MIN = 10
ALL = 10**9


def test_a_writer_killed_under_load_loses_nothing_it_acknowledged(database_url: str) -> None:
    writers = ["one", "two"]
    running = [starting_for_ever(database_url, writer, SIZE) for writer in writers]
    heard = [[pipe.recv() for _ in range(ACKNOWLEDGED_MIN)] for _, pipe in running]
    for process, _ in running:
        process.kill()
        process.join()
    heard = [known + _rest(pipe) for known, (_, pipe) in zip(heard, running, strict=True)]
    _wait_until_nobody_writes(database_url)
    ledger = open_ledger(database_url)
    records = ledger.since(0, ALL)
    _one_order(ledger, records)
    for writer, known in zip(writers, heard, strict=True):
        _all_there(records, writer, known)
    ledger.close()


def test_a_server_that_crashes_loses_nothing_it_acknowledged() -> None:
    with Postgres() as server:
        if not server.is_ours:
            pytest.skip("a server given to the tests is not ours to kill")
        ledger = open_ledger(server.database("crash"))
        known: list[tuple[int, int]] = []
        writer = Thread(target=_append_until_unavailable, args=(ledger, known))
        writer.start()
        ledger.wait(SIZE * ACKNOWLEDGED_MIN, 60)
        server.kill()
        writer.join()
        with pytest.raises(Unavailable):
            ledger.head()
        server.restart()
        records = ledger.since(0, ALL)
        _one_order(ledger, records)
        _all_there(records, "thread", known)
        assert ledger.append(entries("after", 0, 1), now=1).first == len(records) + 1
        ledger.close()


def _append_until_unavailable(ledger: Ledger, known: list[tuple[int, int]]) -> None:
    batch = 0
    while True:
        try:
            known.append((ledger.append(entries("thread", batch, SIZE), now=1).first, batch))
        except Unavailable:
            return
        batch += 1


def _rest(pipe: Connection) -> list[tuple[int, int]]:
    said = []
    try:
        while True:
            said.append(pipe.recv())
    except EOFError:
        return said


def _wait_until_nobody_writes(url: str) -> None:
    """A PostgreSQL server may not have noticed yet that its client is dead, and finish its work."""
    if url.startswith("sqlite"):
        return
    with psycopg.connect(url.replace("+psycopg", "")) as connection:
        others = "select 1 from pg_stat_activity where datname = current_database() and pid <> %s"
        while connection.execute(others, [connection.info.backend_pid]).fetchone():
            connection.rollback()
            sleep(LOOK_S)


def _one_order(ledger: Ledger, records: list[Record]) -> None:
    assert [record.position for record in records] == list(range(1, len(records) + 1))
    assert ledger.head().position == len(records)
    assert len({record.data for record in records}) == len(records)


def _all_there(records: list[Record], writer: str, known: list[tuple[int, int]]) -> None:
    assert len(known) >= ACKNOWLEDGED_MIN
    for first, batch in known:
        found = [record.data for record in records[first - 1 : first - 1 + SIZE]]
        assert found == [entry.data for entry in entries(writer, batch, SIZE)]
