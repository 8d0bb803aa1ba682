from collections.abc import Mapping

from custody.events import Movement
from custody.events.journey import effective, steps, whereabouts
from custody.events.whereabouts import UNKNOWN, Whereabouts
from tests.given import (
    BASE,
    CENTRE,
    POINT,
    carrier,
    dismantle,
    dispatch,
    drop_off,
    friday,
    from_elsewhere,
    inspect,
    monday,
    other,
    pack,
    receive,
    return_road,
    road,
    saturday,
    store,
    sunday,
    thursday,
    tuesday,
    two,
    void,
)

HERE = {"state": "in_stock", "site": POINT, "custodian": f"site:{POINT}"}
THERE = {"state": "in_stock", "site": CENTRE, "custodian": f"site:{CENTRE}"}
UNDER_WAY = {"state": "in_transit", "site": None, "place": None}


def believed(*facts: Movement, of: str = pack) -> Whereabouts:
    """Say what the facts make of a battery; by default each has a day of its own."""
    return whereabouts((of,), effective(facts))


def assert_says(battery: Whereabouts, expected: Mapping[str, object]) -> None:
    assert {**battery, **expected} == battery


def test_of_a_battery_without_facts_nothing_is_believed() -> None:
    assert believed() == UNKNOWN


def test_a_drop_off_puts_a_battery_into_the_site_s_stock() -> None:
    assert_says(believed(drop_off()), {**HERE, "since": monday, "place": None})


def test_a_drop_off_describes_the_battery() -> None:
    after = believed(drop_off(chemistry="lfp", mass_g=8700, condition=["wet"]))
    assert_says(after, {"chemistry": "lfp", "mass_g": 8700, "condition": ("wet",)})


def test_a_drop_off_that_says_less_keeps_what_was_known() -> None:
    known = drop_off(chemistry="lfp", mass_g=8700, condition=["wet"])
    after = believed(known, drop_off(at=tuesday))
    assert_says(after, {"chemistry": "lfp", "mass_g": 8700, "condition": ("wet",)})


def test_a_mass_of_nothing_and_no_condition_are_said_too() -> None:
    known = drop_off(mass_g=8700, condition=["wet"])
    assert_says(believed(known, inspect(mass_g=0, condition=[])), {"mass_g": 0, "condition": ()})


def test_storing_sets_place_and_class() -> None:
    after = believed(drop_off(), store(place="A-1", class_="damaged"))
    assert_says(after, {**HERE, "place": "A-1", "storage_class": "damaged", "since": monday})


def test_storing_again_moves_it_and_keeps_its_class() -> None:
    first = store(place="A-1", class_="damaged")
    after = believed(first, store(place="B-2", at=friday))
    assert_says(after, {"place": "B-2", "storage_class": "damaged", "since": tuesday})


def test_an_inspection_changes_what_is_known_and_not_where_it_lies() -> None:
    after = believed(drop_off(), store(), inspect(condition=["leaking"], mass_g=8600))
    assert_says(after, {**HERE, "place": "A-1", "condition": ("leaking",), "mass_g": 8600})


def test_whoever_handles_a_battery_has_it_whatever_was_believed_before() -> None:
    for handling in (
        drop_off(site=CENTRE, at=saturday),
        store(site=CENTRE, at=saturday),
        inspect(site=CENTRE, at=saturday),
        receive(at=saturday),
        receive([], extra=[pack], at=saturday),
    ):
        for before in (drop_off(), dispatch(), receive([], missing=[pack]), inspect(site=BASE)):
            assert_says(believed(before, handling), {**THERE, "since": saturday})


def test_a_change_of_site_clears_the_place() -> None:
    assert_says(believed(store(place="A-1"), inspect(site=CENTRE)), {**THERE, "place": None})


def test_a_dispatch_gives_it_into_the_carrier_s_hands() -> None:
    expected = {**UNDER_WAY, "custodian": f"carrier:{carrier}", "consignment": road}
    assert_says(believed(store(), dispatch()), {**expected, "since": thursday})


def test_a_dispatch_may_be_the_first_that_is_known() -> None:
    assert_says(believed(dispatch()), {**UNDER_WAY, "custodian": f"carrier:{carrier}"})


def test_what_is_accepted_is_in_the_receiver_s_stock() -> None:
    after = believed(drop_off(), dispatch(), receive())
    assert_says(after, {**THERE, "consignment": None, "consignor": None, "since": friday})


def test_what_is_extra_is_in_the_receiver_s_stock() -> None:
    assert_says(believed(drop_off(), receive([], extra=[pack])), THERE)


def test_what_is_rejected_goes_back_to_the_carrier() -> None:
    after = believed(dispatch(), receive([], rejected=[pack]))
    expected = {**UNDER_WAY, "custodian": f"carrier:{carrier}", "consignment": road}
    assert_says(after, {**expected, "since": friday})


def test_for_what_is_missing_the_consignor_answers() -> None:
    after = believed(dispatch(), receive([], missing=[pack]))
    assert_says(after, {"state": "missing", "site": None, "custodian": f"site:{POINT}"})


def test_nobody_is_accused_of_what_is_missing_from_another_s_consignment() -> None:
    after = believed(dispatch(), receive([], missing=[pack], consignment=from_elsewhere))
    assert_says(after, {"state": "missing", "custodian": None, "consignment": from_elsewhere})


def test_nobody_is_named_for_what_is_rejected_from_a_consignment_that_never_left() -> None:
    after = believed(drop_off(), receive([], rejected=[pack]))
    assert_says(after, {**UNDER_WAY, "custodian": None, "consignment": road})


def test_no_carrier_is_made_of_the_site_that_answers_for_what_was_missing() -> None:
    after = believed(
        dispatch(), receive([], missing=[pack]), receive([], rejected=[pack], at=saturday)
    )
    assert_says(after, {**UNDER_WAY, "custodian": None})


def test_what_was_rejected_can_still_be_reported_missing_to_its_consignor() -> None:
    after = believed(
        dispatch(), receive([], rejected=[pack]), receive([], missing=[pack], at=saturday)
    )
    assert_says(after, {"state": "missing", "custodian": f"site:{POINT}"})


def test_a_rejected_battery_is_sent_back_in_a_consignment_of_its_own() -> None:
    back = dispatch(at=saturday, site=CENTRE, to_site=POINT, consignment=return_road, returns=road)
    home = receive(at=sunday, site=POINT, consignment=return_road)
    after = believed(drop_off(), dispatch(), receive([], rejected=[pack]), back, home)
    assert_says(after, {**HERE, "since": sunday})


def test_a_receipt_says_of_each_battery_what_became_of_it() -> None:
    facts = dispatch(two), receive([pack], missing=[other])
    assert believed(*facts)["state"] == "in_stock"
    assert believed(*facts, of=other)["state"] == "missing"


def test_dismantling_ends_a_battery_where_it_was_done() -> None:
    after = believed(drop_off(), dismantle())
    assert_says(after, {"state": "dismantled", "site": CENTRE, "place": None, "since": saturday})


def test_dismantling_at_its_own_site_ends_it_there_and_then() -> None:
    after = believed(store(), dismantle(site=POINT))
    assert_says(after, {"state": "dismantled", "site": POINT, "place": None, "since": saturday})


def test_parts_with_codes_of_their_own_begin_where_the_pack_ended() -> None:
    assert_says(believed(dismantle(children=[other]), of=other), {**THERE, "since": saturday})


def test_after_its_end_no_scan_changes_anything_of_a_battery() -> None:
    ended = believed(dismantle())
    for scan in (
        drop_off(at=sunday, mass_g=1, chemistry="lto"),
        store(at=sunday),
        inspect(at=sunday, condition=["burnt"]),
        dispatch(at=sunday),
        receive(at=sunday),
        receive([], missing=[pack], at=sunday),
        dismantle(at=sunday, site=BASE),
    ):
        assert believed(dismantle(), scan) == ended


def test_of_two_dismantlings_the_earlier_counts() -> None:
    assert_says(believed(dismantle(), dismantle(at=friday, site=BASE)), {"site": BASE})


def test_taking_back_the_end_revives_a_battery() -> None:
    end = dismantle()
    assert believed(drop_off(), end, void(end)) == believed(drop_off())


def test_taking_back_a_dispatch_leaves_the_battery_where_it_was() -> None:
    gone = dispatch()
    assert believed(store(), gone, void(gone)) == believed(store())


def test_a_void_itself_says_nothing_of_a_battery() -> None:
    taken_back = void(store())
    assert taken_back.batteries_named() == ()
    assert taken_back.effect(pack, believed(drop_off())) == believed(drop_off())


def test_a_fact_that_changes_nothing_makes_no_step() -> None:
    facts = effective([drop_off(), inspect(), dismantle(site=POINT), inspect(at=sunday)])
    last = {fact.at: believed for fact, believed in steps((pack,), facts)}
    assert last[monday]["state"] == "in_stock"
    assert [*last][-1] == saturday
