"""Who keeps the projections up with the ledger, and how do those who wait hear of it?"""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text

from custody import rebuilding
from custody.events import Movement
from custody.ledger import Ledger, Unavailable, open_ledger
from custody.projections.freshness import reached, snapshot
from custody.projector import _LOCK, Projector
from tests.conftest import TEMPLATE
from tests.given import (
    dispatch,
    drop_off,
    receive,
    store,
    two,
)
from tests.postgres import Postgres
from tests.projections.bookkeeping import (
    Office,
    following,
    full,
    laid_out,
    silent,
)
from tests.projections.following import follower
from tests.waiting import LONG_S, eventually

NAMES = ("one", "two")


@pytest.fixture(scope="module")
def postgres(swift: Postgres) -> Postgres:
    return swift


@pytest.fixture
def office(ledger: Ledger) -> Office:
    return laid_out(ledger)


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
    url = postgres.database("custody_led", TEMPLATE)
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


def leader(engine: Engine) -> str | None:
    """Return the name of the process that holds the projector's lock."""
    asked = (
        "select application_name from pg_locks join pg_stat_activity using (pid)"
        " where locktype = 'advisory' and objid = :number and granted and mode = 'ExclusiveLock'"
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
