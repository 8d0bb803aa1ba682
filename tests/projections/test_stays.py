"""How long was each battery in stock where, after these facts?"""

from custody.projections.stays import stay
from custody.terms import Millis
from tests.given import (
    CENTRE,
    POINT,
    correct,
    dismantle,
    dispatch,
    drop_off,
    friday,
    grade,
    inspect,
    monday,
    pack,
    receive,
    saturday,
    sticker,
    store,
    sunday,
    tag,
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


def known(kept: Kept) -> list[tuple[object, ...]]:
    """Say of every interval ever believed in: when it was, and from which positions to which."""
    names = ("since", "until", "known_from", "end_known_from", "known_to")
    return [tuple(row[name] for name in names) for row in kept.rows(stay)]


def test_an_end_is_known_from_its_own_position_and_the_interval_from_before() -> None:
    for kept in (Kept(drop_off(), dispatch()), Kept().each(drop_off(), dispatch())):
        assert known(kept) == [(monday, thursday, 1, 2, None)]


def test_an_interval_that_a_late_fact_overtakes_is_known_up_to_it_and_stays() -> None:
    facts = (drop_off(), dispatch(), store(at=wednesday, site=CENTRE))
    for kept in (Kept(*facts), Kept().each(*facts)):
        assert sorted(known(kept), key=str) == sorted(
            [
                (monday, thursday, 1, 2, 3),
                (monday, wednesday, 3, 3, None),
                (wednesday, thursday, 3, 3, None),
            ],
            key=str,
        )


def test_what_no_late_fact_changes_is_known_as_before() -> None:
    kept = Kept(drop_off(), dispatch(), receive(), store([pack], at=tuesday))
    assert known(kept) == [(monday, thursday, 1, 2, None), (friday, None, 3, None, None)]


def test_a_void_and_a_later_word_are_both_remembered() -> None:
    end = dismantle(site=POINT)
    again = correct(end, {"loss_g": 1}, at=sunday + 1)
    assert {row[2:] for row in known(Kept(drop_off(), end, void(end), again))} == {
        (1, 2, 3),
        (3, 4, None),
    }


def test_a_corrected_mass_is_another_interval_and_the_wrong_one_is_not_forgotten() -> None:
    wrong = drop_off(mass_g=87_000)
    right = correct(wrong, {"battery": {"code": pack, "mass_g": 8_700}})
    rows = Kept(wrong, right).rows(stay)
    told = [(row["mass_g"], row["known_from"], row["known_to"]) for row in rows]
    assert sorted(told) == [(8_700, 2, None), (87_000, 1, 2)]


def test_what_stood_there_before_and_after_is_adjusted_and_came_or_went_by_no_movement() -> None:
    kept = Kept(drop_off(), grade(), dispatch())
    assert [(row["came"], row["went"]) for row in kept.stays()] == [
        ("drop_off", "adjusted"),
        ("adjusted", "dispatch"),
    ]


def test_what_another_site_takes_over_went_by_what_that_site_did() -> None:
    kept = Kept(drop_off(), store(site=CENTRE))
    assert [(row["site"], row["came"], row["went"]) for row in kept.stays()] == [
        (POINT, "drop_off", "store"),
        (CENTRE, "store", None),
    ]


def test_a_pack_of_two_codes_stays_once_under_the_first() -> None:
    facts = (drop_off(sticker), drop_off(pack, site=CENTRE), tag(sticker, same_as=pack, at=sunday))
    for kept in (Kept(*facts), Kept().each(*facts)):
        assert {row["battery"] for row in kept.stays()} == {pack}
        assert [row["known_to"] for row in kept.rows(stay) if row["battery"] == sticker] == [3]
        apart = kept.hear(void(facts[2]))
        assert [(row["battery"], row["site"]) for row in apart.stays()] == [
            (pack, CENTRE),
            (sticker, POINT),
        ]


def test_a_link_that_is_made_and_undone_in_one_batch_is_told_as_one_by_one() -> None:
    link = tag(sticker, same_as=pack, at=sunday)
    facts = (drop_off(sticker), drop_off(pack, site=CENTRE), link, void(link))
    assert Kept(*facts).everything() == Kept().each(*facts).everything()
