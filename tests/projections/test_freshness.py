"""Is what is read at one moment of one moment, and are the tables laid out once?"""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pytest

from custody.ledger import Ledger, UnknownSchema, open_ledger, writing
from custody.projections import LAYOUT
from custody.projections.freshness import lay_out, reached, snapshot
from custody.projections.inventory import inventory
from custody.projections.tables import projected
from custody.projector import Projector
from tests.given import (
    dispatch,
    drop_off,
)
from tests.postgres import Postgres
from tests.projections.bookkeeping import Office, laid_out


@pytest.fixture(scope="module")
def postgres(swift: Postgres) -> Postgres:
    return swift


@pytest.fixture
def office(ledger: Ledger) -> Office:
    return laid_out(ledger)


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
