"""Is a projection a cache: found out when it is wrong, built anew beside the live one, swapped?"""

import time
from collections.abc import Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import contextmanager, suppress
from itertools import count
from threading import Event

import pytest
from sqlalchemy import Connection, Engine, func, inspect, select, text, update

from custody.events import Movement
from custody.ledger import Ledger, UnknownSchema, open_ledger, writing
from custody.projections import ALL
from custody.projections.consignments import item
from custody.projections.freshness import lay_out, reached, snapshot
from custody.projections.inventory import inventory
from custody.projections.location import location
from custody.projections.registry import registration
from custody.projections.shadow import MARK
from custody.projections.stays import stay
from custody.projections.tables import metadata, projected
from custody.projector import Overtaken, Projector
from custody.rebuilding import Displaced, Shadow, rebuild, verify
from custody.terms import MINUTE, Position
from tests.given import (
    CENTRE,
    dispatch,
    drop_off,
    monday,
    receive,
    store,
    tuesday,
    void,
)
from tests.postgres import Postgres
from tests.projections.bookkeeping import Office, all_rows, laid_out, silent, swift_server

LONG_S = 60.0
BATTERIES = 12
READS_MIN = 20
EVERYTHING = frozenset(projection.name for projection in ALL)
SPOILT = {
    "location": update(location).values(place="nowhere"),
    "stays": update(stay).values(until=monday + 1),
    "inventory": update(inventory).values(pieces=inventory.c.pieces + 1),
    "consignments": update(item).values(outcome="missing"),
    "registry": update(registration).values(body="{}"),
}
HOLED = {
    "location": location.delete(),
    "stays": stay.delete(),
    "inventory": inventory.delete(),
    "consignments": item.delete(),
    "registry": registration.delete(),
}


def life(n: int) -> list[Movement]:
    """Tell what happens to one battery, not always in the order in which it happens."""
    ref, no, at = f"maker:PACK{n}", f"x:{n // 4}-{n % 4}", monday + n * MINUTE
    left, came = (
        dispatch([ref], at=at + 2, consignment=no),
        receive([ref], at=at + 3, consignment=no),
    )
    told = [drop_off(ref, at=at, mass_g=1000 + n), store([ref], at=at + 1), left, came]
    if n % 3 == 0:
        told.reverse()
    if n % 4 == 0:
        told.append(void(came, at=tuesday))
    return told


@pytest.fixture(scope="module")
def postgres() -> Iterator[Postgres]:
    with swift_server() as server:
        yield server


@pytest.fixture
def office(ledger: Ledger) -> Office:
    """Some lives are recorded and projected."""
    office = laid_out(ledger)
    office.post(*(movement for n in range(BATTERIES) for movement in life(n)))
    Projector(ledger, records_max=10).catch_up()
    return office


def different(ledger: Ledger) -> set[str]:
    return {one.name for one in verify(ledger, silent) if not one.equal}


def tables_of(engine: Engine) -> set[str]:
    return {name for name in inspect(engine).get_table_names() if MARK in name}


def test_what_the_projector_keeps_is_what_the_ledger_says(ledger: Ledger, office: Office) -> None:
    compared = verify(ledger, silent)
    assert [one.name for one in compared] == [projection.name for projection in ALL]
    assert all(one.equal and one.live == one.rebuilt for one in compared)
    assert tables_of(ledger.engine) == set()


def test_what_somebody_changed_or_deleted_by_hand_is_found_and_built_anew(
    ledger: Ledger, office: Office
) -> None:
    before = all_rows(ledger)
    for damages in (SPOILT, HOLED):
        for name, damage in damages.items():
            with writing(ledger.engine) as connection:
                connection.execute(damage)
            assert different(ledger) == {name}
            rebuild(ledger, {name}, silent)
            assert all_rows(ledger) == before


def test_a_row_too_many_is_found(ledger: Ledger, office: Office) -> None:
    row = all_rows(ledger)["inventory"][0]
    with writing(ledger.engine) as connection:
        connection.execute(inventory.insert().values({**row, "chemistry": "lto"}))
    assert different(ledger) == {"inventory"}


def test_a_rebuild_returns_the_position_that_its_tables_reflect(
    ledger: Ledger, office: Office
) -> None:
    office.post(drop_off())
    behind = reached(ledger.engine)
    assert behind < ledger.head().position
    assert rebuild(ledger, EVERYTHING, silent) == behind
    assert different(ledger) == set()
    Projector(ledger).catch_up()
    assert different(ledger) == set()


def test_a_rebuild_tells_how_far_it_has_come(ledger: Ledger, office: Office) -> None:
    heard: list[tuple[Position, Position]] = []
    rebuild(ledger, EVERYTHING, lambda *far: heard.append(far), records_max=10)
    head = ledger.head().position
    assert heard == [*((done, head) for done in range(10, head, 10)), (head, head)]


def test_only_the_projections_that_were_named_are_swapped(ledger: Ledger, office: Office) -> None:
    with writing(ledger.engine) as connection:
        connection.execute(SPOILT["inventory"])
        connection.execute(SPOILT["stays"])
    rebuild(ledger, {"inventory"}, silent)
    assert different(ledger) == {"stays"}
    rebuild(ledger, {"stays"}, silent)
    assert different(ledger) == set()


def test_rebuilt_tables_have_the_keys_and_indexes_of_the_first_ones(
    ledger: Ledger, office: Office
) -> None:
    def shapes() -> dict[str, object]:
        found = inspect(ledger.engine)
        return {
            name: (
                [(column["name"], column["nullable"]) for column in found.get_columns(name)],
                found.get_pk_constraint(name)["constrained_columns"],
                sorted(index["column_names"] for index in found.get_indexes(name)),
            )
            for name in metadata.tables
        }

    before = shapes()
    for _ in range(2):
        rebuild(ledger, EVERYTHING, silent)
        assert shapes() == before
        assert different(ledger) == set()
    assert tables_of(ledger.engine) == set()


def test_a_rebuilt_projection_is_kept_up_like_the_first(ledger: Ledger, office: Office) -> None:
    rebuild(ledger, EVERYTHING, silent)
    for n in range(BATTERIES, BATTERIES + 4):
        office.post(*life(n))
        Projector(ledger, records_max=3).catch_up()
    assert different(ledger) == set()


def test_what_a_killed_rebuild_has_left_is_dropped_by_the_next(
    ledger: Ledger, office: Office
) -> None:
    left = Shadow(ledger, records_max=5)
    left.fill(20, silent)
    assert tables_of(ledger.engine) != set()
    rebuild(ledger, EVERYTHING, silent)
    assert tables_of(ledger.engine) == set()
    assert different(ledger) == set()


def test_a_rebuild_that_is_given_up_leaves_nothing_behind(ledger: Ledger, office: Office) -> None:
    def give_up(done: Position, until: Position) -> None:
        raise KeyboardInterrupt

    for act in (
        lambda: rebuild(ledger, EVERYTHING, give_up, records_max=10),
        lambda: verify(ledger, give_up),
    ):
        with pytest.raises(KeyboardInterrupt):
            act()
        assert tables_of(ledger.engine) == set()
    assert different(ledger) == set()


def test_of_two_rebuilds_at_once_the_later_one_comes_to_its_end(
    ledger: Ledger, office: Office
) -> None:
    until = reached(ledger.engine)
    first = Shadow(ledger, records_max=7)
    first.fill(20, silent)
    second = Shadow(ledger, records_max=7)
    with pytest.raises(Displaced):
        first.fill(until, silent)
    with pytest.raises(Displaced):
        first.swap(EVERYTHING)
    first.drop()
    second.fill(until, silent)
    assert second.swap(EVERYTHING) == until
    assert different(ledger) == set()


def test_a_layout_that_is_no_longer_ours_is_rebuilt(ledger: Ledger, office: Office) -> None:
    """A table is missing and another layout is noted: so it is after a program was renewed."""
    before = all_rows(ledger)
    with writing(ledger.engine) as connection:
        stay.drop(connection)
        connection.execute(update(projected).values(layout=0))
    with pytest.raises(UnknownSchema):
        lay_out(ledger.engine)
    rebuild(ledger, EVERYTHING, silent)
    lay_out(ledger.engine)
    assert all_rows(ledger) == before


def test_a_part_of_the_projections_does_not_make_another_layout_ours(
    ledger: Ledger, office: Office
) -> None:
    with writing(ledger.engine) as connection:
        connection.execute(update(projected).values(layout=0))
    rebuild(ledger, {"inventory"}, silent)
    with pytest.raises(UnknownSchema):
        lay_out(ledger.engine)


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
            assert in_stock(connection).keys() <= {"330106-0007", CENTRE}
            open_ = connection.scalar(select(func.count()).where(stay.c.until.is_(None)))
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
    deadline = time.monotonic() + LONG_S
    asked = text("select 1 from pg_locks where relation = 'projected'::regclass and not granted")
    while not swapping.done():
        assert time.monotonic() < deadline, "it never came to swap"
        if engine.dialect.name == "postgresql":
            with engine.connect() as connection:
                if connection.scalar(asked):
                    return
