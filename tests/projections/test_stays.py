"""How long was each battery in stock where, after these facts?"""

from custody.terms import Millis
from tests.given import (
    CENTRE,
    POINT,
    dismantle,
    dispatch,
    drop_off,
    friday,
    inspect,
    monday,
    receive,
    saturday,
    store,
    thursday,
    tuesday,
    void,
    wednesday,
)
from tests.projections.kept import Kept

Stay = tuple[str, Millis, Millis | None]


def stays(kept: Kept) -> list[Stay]:
    return [(row["site"], row["since"], row["until"]) for row in kept.stays()]


def test_a_stay_is_open_until_the_battery_leaves() -> None:
    kept = Kept(drop_off())
    assert stays(kept) == [(POINT, monday, None)]
    assert stays(kept.hear(dispatch())) == [(POINT, monday, thursday)]


def test_nothing_is_in_stock_on_the_road() -> None:
    kept = Kept(drop_off(), dispatch(), receive())
    assert stays(kept) == [(POINT, monday, thursday), (CENTRE, friday, None)]


def test_a_stay_ends_with_the_battery() -> None:
    kept = Kept(drop_off(), dismantle(site=POINT))
    assert stays(kept) == [(POINT, monday, saturday)]


def test_a_battery_first_heard_of_on_the_road_has_no_stay() -> None:
    assert stays(Kept(dispatch())) == []


def test_a_site_that_handles_what_another_has_takes_it_over() -> None:
    kept = Kept(drop_off(), store(site=CENTRE))
    assert stays(kept) == [(POINT, monday, tuesday), (CENTRE, tuesday, None)]


def test_a_new_class_or_mass_begins_an_interval() -> None:
    kept = Kept(drop_off(), store(class_="damaged"), inspect(mass_g=8600))
    assert [(row["since"], row["until"], row["storage_class"], row["mass_g"])
            for row in kept.stays()] == [
        (monday, tuesday, None, None),
        (tuesday, wednesday, "damaged", None),
        (wednesday, None, "damaged", 8600),
    ]  # fmt: skip


def test_what_a_stock_list_does_not_show_begins_no_interval() -> None:
    kept = Kept().each(drop_off(), store(place="B-2"), inspect(condition=["wet"]))
    assert stays(kept) == [(POINT, monday, None)]


def test_of_two_intervals_that_begin_at_one_instant_the_first_has_no_length() -> None:
    once = (drop_off(mass_g=8700), inspect(at=monday, mass_g=8600))
    for kept in (Kept(*once), Kept().each(*once), Kept(*reversed(once))):
        assert {(row["since"], row["until"], row["mass_g"]) for row in kept.stays()} == {
            (monday, monday, 8700),
            (monday, None, 8600),
        }


def test_a_battery_that_leaves_the_instant_it_came_was_in_stock_at_no_moment() -> None:
    once = (drop_off(), dispatch(at=monday))
    for kept in (Kept(*once), Kept().each(*once), Kept().each(*reversed(once))):
        assert stays(kept) == [(POINT, monday, monday)]
    assert Kept(*once).everything() == Kept().each(*once).everything()


def test_one_that_comes_back_the_instant_it_left_has_come_twice() -> None:
    once = (drop_off(), dispatch(at=monday), receive(at=monday, site=POINT))
    for kept in (Kept(*once), Kept().each(*once), Kept().each(*reversed(once))):
        assert {(row["until"], row["came"], row["went"]) for row in kept.stays()} == {
            (monday, "drop_off", "dispatch"),
            (None, "receive", None),
        }


def test_a_late_fact_tells_the_intervals_anew() -> None:
    kept = Kept(drop_off(), dispatch(), receive())
    kept.hear(store(at=wednesday, site=CENTRE))
    assert stays(kept) == [
        (POINT, monday, wednesday),
        (CENTRE, wednesday, thursday),
        (CENTRE, friday, None),
    ]


def test_a_void_takes_back_the_intervals_that_its_target_made() -> None:
    kept = Kept(drop_off(), dispatch(), receive()).hear(void(dispatch()), void(receive()))
    assert stays(kept) == [(POINT, monday, None)]


def test_a_void_of_the_end_opens_the_last_stay_again() -> None:
    kept = Kept(drop_off(), dismantle(site=POINT)).hear(void(dismantle(site=POINT)))
    assert stays(kept) == [(POINT, monday, None)]


def test_a_battery_whose_every_fact_is_voided_was_never_in_stock() -> None:
    assert stays(Kept(drop_off()).hear(void(drop_off()))) == []
