"""Do those who record, project and read go on while rebuilt tables are swapped in?"""

from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from threading import Event

import pytest
from sqlalchemy import Connection, Engine, func, select, text

from custody.ledger import Ledger, open_ledger
from custody.projections.freshness import reached, snapshot
from custody.projections.inventory import inventory
from custody.projections.location import location
from custody.projections.stays import stay
from custody.projections.tables import projected
from custody.projector import Overtaken, Projector
from custody.rebuilding import rebuild
from custody.terms import Position
from tests.given import CENTRE, POINT, drop_off
from tests.postgres import Postgres
from tests.projections.bookkeeping import Office, silent
from tests.projections.lives import BATTERIES, EVERYTHING, different, life, lived
from tests.waiting import LONG_S, eventually

READS_MIN = 20


@pytest.fixture(scope="module")
def postgres(swift: Postgres) -> Postgres:
    return swift


@pytest.fixture
def office(ledger: Ledger) -> Office:
    return lived(ledger)


def test_while_movements_are_recorded_and_projected_a_rebuild_changes_nothing(
    ledger: Ledger, office: Office
) -> None:
    parts = [EVERYTHING, {"inventory", "consignments"}, {"stays"}, {"consignments", "location"}]
    with busy(ledger, office):
        for names in [*parts, EVERYTHING]:
            before = ledger.head().position
            rebuild(ledger, names, silent, records_max=100)
            ledger.wait(before + 5, LONG_S)
    Projector(ledger).catch_up()
    assert different(ledger) == set()


def test_readers_see_one_moment_after_another_while_tables_are_swapped(
    database_url: str, ledger: Ledger, office: Office
) -> None:
    over = Event()
    readers = [open_ledger(database_url) for _ in range(3)]
    with ThreadPoolExecutor(len(readers)) as threads, busy(ledger, office):
        reading = [threads.submit(read_on, reader.engine, over) for reader in readers]
        try:
            for _ in range(3):
                rebuild(ledger, EVERYTHING, silent, records_max=200)
        finally:
            over.set()
        for one in reading:
            positions = one.result(LONG_S)
            assert len(positions) >= READS_MIN
            assert positions == sorted(positions)
    for reader in readers:
        reader.close()


def test_a_long_reader_keeps_nobody_waiting_but_the_swap(
    database_url: str, ledger: Ledger, office: Office
) -> None:
    other = open_ledger(database_url)
    with ThreadPoolExecutor(2) as threads:
        with snapshot(other.engine) as (connection, position):
            swapping = threads.submit(rebuild, ledger, EVERYTHING, silent)
            wait_until_it_waits(other.engine, swapping)
            office.post(drop_off())
            projecting = threads.submit(Projector(ledger).catch_up)
            assert projecting.result(LONG_S) == position + 1
            with snapshot(other.engine) as (_, later):
                assert later == position + 1
            assert counted(connection) == in_stock(connection)
        assert swapping.result(LONG_S) >= position
    assert different(ledger) == set()
    other.close()


@contextmanager
def busy(ledger: Ledger, office: Office) -> Iterator[None]:
    """Record lives and project them, each in a thread of its own, until the end of the block."""
    over = Event()

    def record() -> None:
        for n in count(BATTERIES):
            if over.is_set():
                return
            office.post(*life(n))

    def project() -> None:
        projector = Projector(ledger, records_max=9)
        while not over.is_set():
            with suppress(Overtaken):
                if not projector.step():
                    ledger.wait(reached(ledger.engine), 0.1)

    with ThreadPoolExecutor(2) as threads:
        working = [threads.submit(work) for work in (record, project)]
        try:
            yield
        finally:
            over.set()
        for one in working:
            one.result(LONG_S)


def read_on(engine: Engine, over: Event) -> list[Position]:
    """Read moment after moment until it is over; return where each was."""
    positions: list[Position] = []
    while not over.is_set() or len(positions) < READS_MIN:
        with snapshot(engine) as (connection, position):
            positions.append(position)
            assert counted(connection) == in_stock(connection)
            assert in_stock(connection).keys() <= {POINT, CENTRE}
            still = (stay.c.until.is_(None), stay.c.known_to.is_(None))
            open_ = connection.scalar(select(func.count()).where(*still))
            assert open_ == sum(in_stock(connection).values())
            assert connection.scalar(select(projected.c.position)) == position
    return positions


def counted(connection: Connection) -> dict[str, int]:
    """Return how many pieces the inventory counts at each site."""
    asked = select(inventory.c.site, func.sum(inventory.c.pieces)).group_by(inventory.c.site)
    return {site: int(pieces) for site, pieces in connection.execute(asked)}


def in_stock(connection: Connection) -> dict[str, int]:
    """Return how many batteries are in stock at each site, looked at one by one."""
    asked = select(location.c.site, func.count()).where(location.c.state == "in_stock")
    return {site: int(found) for site, found in connection.execute(asked.group_by(location.c.site))}


def wait_until_it_waits(engine: Engine, swapping: Future[Position]) -> None:
    """Return when a rebuild waits for the readers; on SQLite, where it need not, once done."""
    asked = text("select 1 from pg_locks where relation = 'projected'::regclass and not granted")

    def it_waits() -> bool:
        if engine.dialect.name != "postgresql":
            return False
        with engine.connect() as connection:
            return bool(connection.scalar(asked))

    eventually(lambda: swapping.done() or it_waits())
