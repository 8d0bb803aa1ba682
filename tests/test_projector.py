"""Do the projections follow the ledger: all at once, by one process at a time, whatever fails?"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, contextmanager, suppress
from threading import Barrier

import pytest
from sqlalchemy import Connection, Engine, text
from sqlalchemy.exc import DBAPIError

from custody import rebuilding
from custody.events import Movement
from custody.ledger import Ledger, Unavailable, UnknownSchema, open_ledger, writing
from custody.projections import LAYOUT
from custody.projections.freshness import lay_out, reached, snapshot
from custody.projections.inventory import inventory
from custody.projections.tables import metadata, projected
from custody.projector import _LOCK, Overtaken, Projector
from tests.given import (
    dispatch,
    drop_off,
    inspect,
    network,
    other,
    pack,
    receive,
    site,
    store,
    third,
    tuesday,
    two,
)
from tests.postgres import Postgres
from tests.projections.bookkeeping import Office, all_rows, laid_out, silent, swift_server
from tests.projections.following import follower

LONG_S = 60.0
NAMES = ("one", "two")
NO_MORE = "no more rows"


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with swift_server() as server:
        yield server


@pytest.fixture
def office(ledger: Ledger) -> Office:
    return laid_out(ledger)


@contextmanager
def following(ledger: Ledger) -> Iterator[Projector]:
    projector = Projector(ledger)
    projector.start()
    try:
        yield projector
    finally:
        projector.stop()


def eventually(so: Callable[[], bool]) -> None:
    """Wait until something is so; it fails only when it takes absurdly long."""
    deadline = time.monotonic() + LONG_S
    while not so():
        assert time.monotonic() < deadline, "it never came to be so"


def test_a_step_takes_the_next_records_and_says_how_many(ledger: Ledger, office: Office) -> None:
    office.post(drop_off(), drop_off(other))
    projector = Projector(ledger, records_max=len(network) + 1)
    assert [projector.step() for _ in range(3)] == [len(network) + 1, 1, 0]
    assert reached(ledger.engine) == ledger.head().position


def test_catching_up_returns_the_position_reached(ledger: Ledger, office: Office) -> None:
    office.post(drop_off())
    assert Projector(ledger, records_max=2).catch_up() == len(network) + 1
    assert Projector(ledger).catch_up() == len(network) + 1


def test_the_size_of_a_step_makes_no_difference(ledger: Ledger, office: Office) -> None:
    office.post(drop_off(), drop_off(other), dispatch(two), receive([pack], missing=[other]))
    Projector(ledger, records_max=1).catch_up()
    assert all(one.equal for one in rebuilding.verify(ledger, silent))


def test_a_snapshot_stays_at_its_position_while_the_projector_goes_on(
    ledger: Ledger, office: Office
) -> None:
    office.post(drop_off())
    projector = Projector(ledger)
    first = projector.catch_up()
    with snapshot(ledger.engine) as (connection, position):
        office.post(dispatch())
        assert projector.catch_up() == first + 1
        assert position == first
        assert connection.execute(inventory.select()).fetchall() != []
    with snapshot(ledger.engine) as (connection, position):
        assert position == first + 1
        assert connection.execute(inventory.select()).fetchall() == []


def test_a_write_that_fails_leaves_every_row_and_the_position_as_they_were(
    ledger: Ledger, office: Office
) -> None:
    office.post(drop_off())
    Projector(ledger).catch_up()
    before, position = all_rows(ledger), reached(ledger.engine)
    office.post(dispatch(two), receive(two), drop_off(third))
    office.register(site(name="文三路二号"))
    for table in metadata.tables.keys() - {projected.name}:
        with full(ledger.engine, table), pytest.raises(DBAPIError, match=NO_MORE):
            Projector(ledger).step()
        assert reached(ledger.engine) == position
        assert all_rows(ledger) == before
    Projector(ledger).catch_up()
    assert all(one.equal for one in rebuilding.verify(ledger, silent))


def test_who_is_overtaken_writes_nothing(
    ledger: Ledger, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.post(drop_off(mass_g=8700), drop_off(other))
    slow, quick = Projector(ledger, records_max=100), Projector(ledger, records_max=7)
    before_writing(monkeypatch, quick.step)
    with pytest.raises(Overtaken):
        slow.step()
    assert reached(ledger.engine) == 7
    slow.catch_up()
    assert all(one.equal for one in rebuilding.verify(ledger, silent))


def test_what_was_read_of_a_table_is_not_written_into_the_one_that_took_its_place(
    ledger: Ledger, office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.post(drop_off(mass_g=8700))
    projector = Projector(ledger)
    projector.catch_up()
    with writing(ledger.engine) as connection:
        connection.execute(inventory.update().values(pieces=5))
    office.post(drop_off(other))
    before_writing(monkeypatch, lambda: rebuilding.rebuild(ledger, {"inventory"}, silent))
    with pytest.raises(Overtaken):
        projector.step()
    projector.catch_up()
    assert all(one.equal for one in rebuilding.verify(ledger, silent))


def test_two_projectors_at_once_project_each_record_once(
    database_url: str, ledger: Ledger, office: Office
) -> None:
    weights = range(40)
    office.post(*(inspect(pack, at=tuesday + n, mass_g=n) for n in weights))
    rival = open_ledger(database_url)

    def step_until_done(projector: Projector) -> int:
        done = 0
        while reached(ledger.engine) < ledger.head().position:
            with suppress(Overtaken):
                done += projector.step()
        return done

    with ThreadPoolExecutor(2) as threads:
        projectors = [Projector(one, records_max=3) for one in (ledger, rival)]
        done = sum(threads.map(step_until_done, projectors))
    assert done == ledger.head().position == len(network) + len(weights)
    assert all(one.equal for one in rebuilding.verify(ledger, silent))
    rival.close()


def test_a_projector_follows_what_is_recorded(ledger: Ledger, office: Office) -> None:
    with following(ledger) as projector:
        for movement in (drop_off(), store(), dispatch()):
            office.post(movement)
            assert projector.wait_for(ledger.head().position, LONG_S)
            assert reached(ledger.engine) == ledger.head().position


def test_waiting_for_what_is_projected_already_ends_at_once(ledger: Ledger, office: Office) -> None:
    projector = Projector(ledger)
    position = projector.catch_up()
    assert projector.wait_for(position, 0)
    assert projector.wait_for(0, 0)


def test_who_waits_is_told_as_soon_as_it_is_reached(ledger: Ledger, office: Office) -> None:
    projector = Projector(ledger)
    position = projector.catch_up()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(projector.wait_for, position + 2, LONG_S)
        office.post(drop_off())
        projector.catch_up()
        assert not waiting.done()
        office.post(store())
        projector.catch_up()
        assert waiting.result()


def test_waiting_ends_when_the_time_is_over(ledger: Ledger, office: Office) -> None:
    with following(ledger) as projector:
        beyond = ledger.head().position + 1
        assert not projector.wait_for(beyond, 0.01)
        assert not projector.wait_for(beyond, 0)


def test_waiting_ends_when_the_projector_stops(ledger: Ledger, office: Office) -> None:
    projector = Projector(ledger)
    projector.start()
    with ThreadPoolExecutor(1) as threads:
        waiting = threads.submit(projector.wait_for, ledger.head().position + 1, LONG_S)
        projector.stop()
        assert not waiting.result()


def test_a_projector_that_stops_lets_another_lead(database_url: str, ledger: Ledger) -> None:
    office, rival = laid_out(ledger), open_ledger(database_url)
    with following(ledger) as first:
        assert first.wait_for(ledger.head().position, LONG_S)
        with following(rival) as second:
            first.stop()
            office.post(drop_off())
            assert second.wait_for(ledger.head().position, LONG_S)
    rival.close()


def test_a_mistake_is_logged_and_tried_again(
    ledger: Ledger, office: Office, caplog: pytest.LogCaptureFixture
) -> None:
    with full(ledger.engine, "location"), following(ledger) as projector:
        office.post(drop_off())
        eventually(lambda: "projecting stopped" in caplog.text)
        assert not projector.wait_for(ledger.head().position, 0)
    with following(ledger) as projector:
        assert projector.wait_for(ledger.head().position, LONG_S)


def test_a_database_that_is_away_is_waited_for(caplog: pytest.LogCaptureFixture) -> None:
    with Postgres(durable=False) as server:
        if not server.is_ours:
            pytest.skip("a server given to the tests is not ours to kill")
        ledger = open_ledger(server.database("away"))
        office = laid_out(ledger)
        with following(ledger) as projector:
            assert projector.wait_for(ledger.head().position, LONG_S)
            server.kill()
            with pytest.raises(Unavailable), snapshot(ledger.engine):
                pass
            with pytest.raises(Unavailable):
                reached(ledger.engine)
            server.restart()
            eventually(lambda: recorded(office, drop_off()))
            assert projector.wait_for(ledger.head().position, LONG_S)
        assert "projecting stopped" not in caplog.text
        assert all(one.equal for one in rebuilding.verify(ledger, silent))
        ledger.close()


def test_another_process_that_follows_is_enough(
    database_url: str, ledger: Ledger, office: Office
) -> None:
    with follower(database_url), following(ledger) as projector:
        for movement in (drop_off(), store()):
            office.post(movement)
            assert projector.wait_for(ledger.head().position, LONG_S)
    assert all(one.equal for one in rebuilding.verify(ledger, silent))


def test_when_the_process_that_leads_is_killed_the_other_takes_over(postgres: Postgres) -> None:
    url = postgres.database("custody_led", "custody_template")
    ledger = open_ledger(url)
    office, idle = laid_out(ledger), Projector(ledger)
    urls = [f"{url}?application_name={name}" for name in NAMES]
    with follower(urls[0]) as first, follower(urls[1]) as second:
        processes = dict(zip(NAMES, (first, second), strict=True))
        eventually(lambda: leader(ledger.engine) is not None)
        office.post(drop_off())
        # Ours never started: it hears of what the other process has done.
        assert idle.wait_for(ledger.head().position, LONG_S)
        led = leader(ledger.engine)
        assert led is not None
        office.post(store())
        processes.pop(led).kill()
        office.post(dispatch(two), receive(two))
        eventually(lambda: leader(ledger.engine) in processes)
        assert idle.wait_for(ledger.head().position, LONG_S)
    assert all(compared.equal for compared in rebuilding.verify(ledger, silent))
    ledger.close()
    postgres.drop("custody_led")


def test_tables_are_laid_out_once_however_many_start_at_once(database_url: str) -> None:
    ledgers = [open_ledger(database_url) for _ in range(6)]
    together = Barrier(len(ledgers))

    def start(ledger: Ledger) -> None:
        together.wait()
        lay_out(ledger.engine)

    with ThreadPoolExecutor(len(ledgers)) as threads:
        assert list(threads.map(start, ledgers)) == [None] * len(ledgers)
    for ledger in ledgers:
        assert reached(ledger.engine) == 0
        ledger.close()


def test_tables_of_another_layout_are_left_alone(ledger: Ledger, office: Office) -> None:
    with writing(ledger.engine) as connection:
        connection.execute(projected.update().values(layout=LAYOUT + 1))
    with pytest.raises(UnknownSchema) as unknown:
        lay_out(ledger.engine)
    assert (unknown.value.found, unknown.value.known) == (LAYOUT + 1, LAYOUT)


def leader(engine: Engine) -> str | None:
    """Return the name of the process that holds the projector's lock."""
    asked = (
        "select application_name from pg_locks join pg_stat_activity using (pid)"
        " where locktype = 'advisory' and objid = :number and granted"
        " and datname = current_database()"
    )
    with engine.connect() as connection:
        found: str | None = connection.scalar(text(asked), {"number": _LOCK})
    return found


def recorded(office: Office, movement: Movement) -> bool:
    try:
        office.post(movement)
    except Unavailable:
        return False
    return True


@contextmanager
def full(engine: Engine, table: str) -> Iterator[None]:
    """Let a table take no row more until the end of the block."""
    if engine.dialect.name == "sqlite":
        says = f"begin select raise(abort, '{NO_MORE}'); end"
        make = [f"create trigger full_{table} before insert on {table} {says}"]
        undo = [f"drop trigger full_{table}"]
    else:
        says, calls = (
            f"$$ begin raise exception '{NO_MORE}'; end $$",
            f"execute function full_{table}()",
        )
        make = [
            f"create function full_{table}() returns trigger language plpgsql as {says}",
            f"create trigger full_{table} before insert on {table} for each row {calls}",
        ]
        undo = [f"drop trigger full_{table} on {table}", f"drop function full_{table}()"]
    for statements in (make, undo):
        with writing(engine) as connection:
            for statement in statements:
                connection.exec_driver_sql(statement)
        if statements is make:
            yield


def before_writing(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once between a projector's reading and its writing."""

    def later(engine: Engine) -> AbstractContextManager[Connection]:
        monkeypatch.undo()
        happens()
        return writing(engine)

    monkeypatch.setattr("custody.projector.writing", later)
