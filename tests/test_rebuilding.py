"""Is a projection a cache: found out when it is wrong, built anew, and put in its place?"""

import pytest
from sqlalchemy import Engine, inspect, update

from custody.ledger import Ledger, UnknownSchema, writing
from custody.projections import ALL
from custody.projections.consignments import item
from custody.projections.entries import entry
from custody.projections.freshness import lay_out, reached
from custody.projections.inventory import inventory
from custody.projections.location import location
from custody.projections.registry import registration
from custody.projections.shadow import MARK
from custody.projections.stays import stay
from custody.projections.tables import metadata, projected
from custody.projector import Projector
from custody.rebuilding import Displaced, Shadow, rebuild, verify
from custody.terms import Position
from tests.given import (
    drop_off,
    monday,
)
from tests.postgres import Postgres
from tests.projections.bookkeeping import Office, all_rows, silent
from tests.projections.lives import BATTERIES, EVERYTHING, different, life, lived

SPOILT = {
    "location": update(location).values(place="nowhere"),
    "stays": update(stay).values(until=monday + 1),
    "inventory": update(inventory).values(pieces=inventory.c.pieces + 1),
    "consignments": update(item).values(outcome="missing"),
    "registry": update(registration).values(body="{}"),
    "entries": update(entry).values(occurred_at=entry.c.occurred_at + 1),
}
HOLED = {
    "location": location.delete(),
    "stays": stay.delete(),
    "inventory": inventory.delete(),
    "consignments": item.delete(),
    "registry": registration.delete(),
    "entries": entry.delete(),
}


@pytest.fixture(scope="module")
def postgres(swift: Postgres) -> Postgres:
    return swift


@pytest.fixture
def office(ledger: Ledger) -> Office:
    return lived(ledger)


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
