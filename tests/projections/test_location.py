"""Where is each battery after these facts, in whichever batches they come?"""

from custody.events.whereabouts import UNKNOWN
from custody.projections.location import holds, location, row_of, whereabouts_of
from custody.projections.projection import Turn
from custody.projections.turning import order_text
from tests.given import (
    CENTRE,
    POINT,
    carrier,
    correct,
    dismantle,
    dispatch,
    drop_off,
    friday,
    hand_on,
    hold,
    inspect,
    other,
    pack,
    receive,
    release_hold,
    road,
    saturday,
    sticker,
    store,
    stranger,
    sunday,
    tag,
    thursday,
    tuesday,
    two,
    void,
)
from tests.projections.kept import Kept, as_believed

week = (drop_off(), store(), inspect(), dispatch(), receive(), dismantle())


def test_a_battery_that_was_dropped_off_is_in_stock_at_the_site() -> None:
    row = Kept(drop_off(chemistry="lfp", mass_g=8700)).row(location, pack)
    assert (row["state"], row["site"], row["custodian"]) == ("in_stock", POINT, f"site:{POINT}")
    assert (row["chemistry"], row["mass_g"], row["since"]) == ("lfp", 8700, drop_off().at)


def test_a_battery_on_the_road_is_at_no_site_and_its_carrier_answers_for_it() -> None:
    row = Kept(drop_off(), dispatch()).row(location, pack)
    assert (row["state"], row["site"], row["since"]) == ("in_transit", None, thursday)
    assert (row["custodian"], row["consignment"]) == (f"carrier:{carrier}", road)


def test_a_battery_that_arrived_belongs_to_the_receiving_site() -> None:
    row = Kept(drop_off(), dispatch(), receive()).row(location, pack)
    assert (row["state"], row["site"], row["consignment"]) == ("in_stock", CENTRE, None)
    assert row["since"] == friday


def test_each_battery_of_a_fact_has_its_own_row() -> None:
    rows = Kept(drop_off(), drop_off(other), dispatch(two), receive([pack])).rows(location)
    assert [(row["ref"], row["state"]) for row in rows] == [
        (pack, "in_stock"),
        (other, "in_transit"),
    ]


def test_a_row_counts_the_facts_and_remembers_the_last_in_effective_order() -> None:
    row = Kept(*week).row(location, pack)
    assert (row["facts"], row["latest"]) == (6, order_text(dismantle().order))


def test_a_late_fact_changes_what_comes_of_those_after_it() -> None:
    late = drop_off(mass_g=8700)
    told = Kept(store(), dispatch())
    assert told.row(location, pack)["mass_g"] is None
    row = told.hear(late).row(location, pack)
    assert (row["state"], row["mass_g"], row["facts"]) == ("in_transit", 8700, 3)
    assert row["latest"] == order_text(dispatch().order)


def test_a_late_fact_does_not_bring_back_an_ended_battery() -> None:
    row = Kept(*week).hear(store(at=tuesday + 1)).row(location, pack)
    assert (row["state"], row["site"], row["facts"]) == ("dismantled", CENTRE, 7)


def test_a_scan_after_the_end_is_counted_and_changes_nothing_else() -> None:
    before = Kept(*week).row(location, pack)
    after = Kept(*week).hear(store(at=saturday + 1)).row(location, pack)
    assert after == {**before, "facts": 7, "latest": order_text(store(at=saturday + 1).order)}


def test_a_void_brings_a_dismantled_battery_back() -> None:
    row = Kept(*week).hear(void(dismantle())).row(location, pack)
    assert (row["state"], row["site"], row["since"]) == ("in_stock", CENTRE, friday)
    assert (row["facts"], row["latest"]) == (7, order_text(dismantle().order))


def test_a_battery_whose_only_fact_is_voided_is_nowhere_and_not_forgotten() -> None:
    row = Kept(drop_off()).hear(void(drop_off())).row(location, pack)
    assert whereabouts_of(row) == UNKNOWN
    assert row["facts"] == 2


def test_a_void_in_the_batch_of_its_target_counts_at_once() -> None:
    together = Kept(drop_off(), store(), void(store()))
    assert together.everything() == Kept().each(drop_off(), store(), void(store())).everything()
    assert together.row(location, pack)["place"] is None


def test_a_second_void_of_the_same_fact_changes_nothing_more() -> None:
    voided = Kept(*week, void(dismantle()))
    again = Kept(*week, void(dismantle()), void(dismantle(), reason="again"))
    assert again.row(location, pack) == {**voided.row(location, pack), "facts": 8}


def test_of_two_facts_at_one_instant_the_rank_of_their_types_decides() -> None:
    ranked = (drop_off(at=tuesday), dispatch(at=tuesday))
    told = as_believed(Kept(*ranked).everything())
    assert as_believed(Kept(*reversed(ranked)).everything()) == told
    assert as_believed(Kept().each(*reversed(ranked)).everything()) == told
    assert Kept(*ranked).row(location, pack)["state"] == "in_transit"


def test_condition_marks_are_read_as_they_were_written() -> None:
    turn = Turn(pack, None, [], {**UNKNOWN, "condition": ("swollen", "wet")}, 1, "", True, (pack,))
    assert row_of(turn)["condition"] == "swollen,wet"
    assert whereabouts_of(row_of(turn))["condition"] == ("swollen", "wet")
    assert whereabouts_of(row_of(turn) | {"condition": ""})["condition"] == ()


def test_a_pack_of_several_codes_is_kept_under_the_first_and_the_others_lead_there() -> None:
    facts = (drop_off(mass_g=8700), tag(sticker, same_as=pack, at=tuesday), store([sticker]))
    for kept in (Kept(*facts), Kept().each(*facts), Kept().each(*reversed(facts))):
        row, led = kept.row(location, pack), kept.row(location, sticker)
        assert (row["codes"], row["alias_of"], row["facts"]) == (f"{pack}\n{sticker}", None, 3)
        assert (row["state"], row["mass_g"], row["place"]) == ("in_stock", 8700, "A-1")
        assert (led["alias_of"], led["state"], led["site"]) == (pack, None, None)


def test_a_link_taken_back_leaves_two_packs() -> None:
    link = tag(sticker, same_as=pack, at=tuesday)
    kept = Kept(drop_off(), store([sticker], site=CENTRE), link).hear(void(link))
    told = [(row["ref"], row["site"], row["codes"]) for row in kept.rows(location)]
    assert told == [(pack, POINT, ""), (sticker, CENTRE, "")]


def test_a_correction_tells_of_both_the_battery_it_names_and_the_one_it_named_before() -> None:
    right = correct(drop_off(), {"battery": {"code": other}})
    for kept in (Kept(drop_off(), right), Kept().each(drop_off(), right)):
        assert whereabouts_of(kept.row(location, pack)) == UNKNOWN
        assert kept.row(location, other)["site"] == POINT


def test_a_battery_that_an_overruled_correction_brought_in_is_nowhere() -> None:
    strayed = correct(dismantle(), {"battery": other}, at=saturday)
    right = correct(dismantle(), {"loss_g": 1}, at=sunday)
    for order in ((strayed, right), (right, strayed)):
        kept = Kept(drop_off(other), dismantle()).each(*order)
        assert kept.row(location, other)["state"] == "in_stock"
        assert kept.row(location, pack)["state"] == "dismantled"


def test_a_hand_on_counts_whether_it_came_before_its_dispatch_or_after() -> None:
    for order in ((hand_on(), dispatch(two)), (dispatch(two), hand_on())):
        for kept in (Kept(*order), Kept().each(*order)):
            custodians = {row["custodian"] for row in kept.rows(location)}
            assert custodians == {f"carrier:{stranger}"}


def test_holds_are_read_as_they_were_written() -> None:
    kept = Kept(drop_off(), hold(case="C-2"), hold(case="C-1", at=friday))
    assert holds(kept.row(location, pack)) == ("C-2", "C-1")
    assert holds(kept.hear(release_hold(case="C-2", at=saturday)).row(location, pack)) == ("C-1",)
    assert holds(Kept(drop_off()).row(location, pack)) == ()
