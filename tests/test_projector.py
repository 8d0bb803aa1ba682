"""Does a step project the next records in one transaction, whatever fails or comes between?"""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, suppress

import pytest
from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

from custody import rebuilding
from custody.events.issuing import NumbersWanted
from custody.ledger import Ledger, open_ledger, writing
from custody.projections.freshness import reached
from custody.projections.inventory import inventory
from custody.projections.tables import metadata, projected
from custody.projector import Overtaken, Projector
from tests.given import (
    POINT,
    dismantle,
    dispatch,
    drop_off,
    hand_on,
    inspect,
    monday,
    network,
    order,
    ordered_online,
    other,
    pack,
    receive,
    site,
    third,
    tuesday,
    two,
    uuid7,
)
from tests.postgres import Postgres
from tests.projections.bookkeeping import (
    NO_MORE,
    Office,
    all_rows,
    full,
    laid_out,
    silent,
)


@pytest.fixture(scope="module")
def postgres(swift: Postgres) -> Postgres:
    return swift


@pytest.fixture
def office(ledger: Ledger) -> Office:
    return laid_out(ledger)


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


def test_a_write_that_fails_leaves_every_row_and_the_position_as_they_were(
    ledger: Ledger, office: Office
) -> None:
    office.post(drop_off())
    Projector(ledger).catch_up()
    before, position = all_rows(ledger), reached(ledger.engine)
    came_in = drop_off(third, order=ordered_online)
    office.post(dispatch(two), hand_on(), receive(two), came_in, order())
    office.post(dismantle(third, site=POINT))
    office.register(site(name="文三路二号"))
    office.issue(NumbersWanted(id=uuid7(monday, "book"), kind="tags", site=POINT, count=2))
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


def before_writing(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], object]) -> None:
    """Let something happen once between a projector's reading and its writing."""

    def later(engine: Engine, *, durable: bool) -> AbstractContextManager[Connection]:
        monkeypatch.undo()
        happens()
        return writing(engine, durable=durable)

    monkeypatch.setattr("custody.projector.writing", later)
