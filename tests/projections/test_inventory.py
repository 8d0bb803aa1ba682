"""What does each site hold after these facts?"""

from typing import Any

from custody.projections.inventory import inventory
from custody.projections.tables import Row
from tests.given import (
    CENTRE,
    POINT,
    dismantle,
    dispatch,
    drop_off,
    inspect,
    other,
    pack,
    receive,
    store,
    third,
    tuesday,
    two,
    void,
)
from tests.projections.kept import Kept


def counted(site: str, pieces: int, mass_g: int, unknown: int = 0, **cell: Any) -> Row:
    return {
        "site": site,
        "state": "in_stock",
        "chemistry": "unknown",
        "grade": "",
        "storage_class": "",
        "pieces": pieces,
        "mass_g": mass_g,
        "mass_unknown_pieces": unknown,
        **cell,
    }


def stock(kept: Kept) -> list[Row]:
    return kept.rows(inventory)


def test_pieces_and_grams_are_counted_by_what_a_stock_list_tells_apart() -> None:
    kept = Kept(
        drop_off(chemistry="lfp", mass_g=8700),
        drop_off(other, chemistry="lfp", mass_g=4000),
        drop_off(third, chemistry="nmc", mass_g=1),
    )
    assert stock(kept) == [
        counted(POINT, 2, 12_700, chemistry="lfp"),
        counted(POINT, 1, 1, chemistry="nmc"),
    ]


def test_a_battery_of_unknown_mass_weighs_nothing_and_is_told_apart() -> None:
    kept = Kept(drop_off(), drop_off(other, mass_g=4000), drop_off(third, mass_g=0))
    assert stock(kept) == [counted(POINT, 3, 4000, 1)]


def test_a_mass_found_later_takes_the_place_of_an_unknown_one() -> None:
    kept = Kept(drop_off()).hear(inspect(mass_g=8600))
    assert stock(kept) == [counted(POINT, 1, 8600)]


def test_a_battery_that_changes_its_class_changes_its_counter() -> None:
    kept = Kept(drop_off(), drop_off(other)).hear(store(class_="defective"))
    assert stock(kept) == [
        counted(POINT, 1, 0, 1),
        counted(POINT, 1, 0, 1, storage_class="defective"),
    ]


def test_what_leaves_is_taken_from_its_site_and_added_where_it_arrives() -> None:
    kept = Kept(drop_off(mass_g=8700), drop_off(other, mass_g=4000))
    assert stock(kept.hear(dispatch())) == [counted(POINT, 1, 4000)]
    assert stock(kept.hear(receive())) == [counted(POINT, 1, 4000), counted(CENTRE, 1, 8700)]


def test_a_counter_that_comes_to_nothing_is_gone() -> None:
    kept = Kept(drop_off(mass_g=8700))
    assert stock(kept.hear(dispatch())) == []


def test_a_battery_that_comes_and_goes_in_one_batch_leaves_no_counter() -> None:
    assert stock(Kept(drop_off(mass_g=8700), dispatch())) == []


def test_an_ended_battery_is_held_by_nobody_until_its_end_is_voided() -> None:
    kept = Kept(drop_off(mass_g=8700), dismantle(site=POINT))
    assert stock(kept) == []
    assert stock(kept.hear(void(dismantle(site=POINT)))) == [counted(POINT, 1, 8700)]


def test_children_of_a_dismantled_battery_are_counted() -> None:
    kept = Kept(drop_off(mass_g=8700), dismantle(children=[other], site=POINT))
    assert stock(kept) == [counted(POINT, 1, 0, 1)]


def test_a_late_fact_moves_what_it_changed_and_no_more() -> None:
    kept = Kept(store(two, at=tuesday)).hear(drop_off(pack, chemistry="lfp", mass_g=8700))
    assert stock(kept) == [
        counted(POINT, 1, 8700, chemistry="lfp"),
        counted(POINT, 1, 0, 1),
    ]


def test_a_battery_of_which_everything_is_voided_is_not_counted() -> None:
    assert stock(Kept(drop_off(mass_g=8700)).hear(void(drop_off(mass_g=8700)))) == []


def test_other_sites_are_not_even_looked_at() -> None:
    kept = Kept(drop_off(mass_g=8700), drop_off(other, site=CENTRE))
    before = kept.row(inventory, CENTRE, "in_stock", "unknown", "", "")
    kept.hear(dispatch())
    assert kept.row(inventory, CENTRE, "in_stock", "unknown", "", "") is before
