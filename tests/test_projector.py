"""Do the projections follow the ledger: all at once, by one process at a time, whatever fails?"""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from threading import Event
from typing import Any

import pytest
from sqlalchemy import Engine, event, text
from sqlalchemy.exc import DBAPIError

from custody import rebuilding
from custody.ledger import Ledger, Unavailable, open_ledger, writing
from custody.ledger.leadership import Leadership
from custody.projections import applying
from custody.projections.freshness import lay_out, reached, snapshot
from custody.projections.inventory import inventory
from custody.projections.tables import metadata
from custody.projector import _LOCK, Overtaken, Projector
from tests.given import dispatch, drop_off, network, other, pack, receive, store, third, two
from tests.postgres import Postgres
from tests.projections.bookkeeping import Office, all_rows, checksums, laid_out, silent
from tests.projections.following import follower

LONG_S = 60.0


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


@pytest.mark.parametrize("broken", ["stay", "inventory", "consignment_item", "registration"])
def test_a_write_that_fails_leaves_every_row_and_the_position_as_they_were(
    ledger: Ledger, office: Office, broken: str
) -> None:
    office.post(drop_off())
    Projector(ledger).catch_up()
    before, position = all_rows(ledger), reached(ledger.engine)
    office.post(dispatch(two), receive(two), drop_off(third))
    Office(ledger).open()
    with writing(ledger.engine) as connection:
        connection.execute(text(f"alter table {broken} rename to away"))
    with pytest.raises(DBAPIError):
        Projector(ledger).step()
    with writing(ledger.engine) as connection:
        connection.execute(text(f"alter table away rename to {broken}"))
    assert reached(ledger.engine) == position
    assert all_rows(ledger) == before
    Projector(ledger).catch_up()
    assert all(one.equal for one in rebuilding.verify(ledger, silent))
