"""What becomes of a movement that happened otherwise than it was posted?"""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from custody.events import Corrected, Movement, TakingBack, decode
from custody.events.correction import FIXED
from custody.events.journey import effective, forms, history_of, of_battery, verdicts, whereabouts
from custody.events.vocabulary import ENDED, VALUES_MAX
from custody.events.whereabouts import UNKNOWN, Whereabouts
from custody.terms import MINUTE, rfc3339
from tests import plain
from tests.given import (
    CENTRE,
    POINT,
    correct,
    data,
    dismantle,
    dispatch,
    drop_off,
    friday,
    hand_on,
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
    third,
    tuesday,
    uuid7,
    void,
    wednesday,
)
from tests.strategies import BATTERIES, histories

EARLY, LATE = sorted(uuid7(monday, seed) for seed in ("a", "b"))


def believed(*facts: Movement, of: str = pack) -> Whereabouts:
    return whereabouts((of,), effective(facts, of_battery((of,))))


def test_a_corrected_fact_says_what_its_correction_says() -> None:
    wrong = drop_off(mass_g=87_000, chemistry="lfp")
    right = correct(wrong, {"battery": {"code": pack, "mass_g": 8_700}})
    after = believed(wrong, right)
    assert (after["mass_g"], after["chemistry"]) == (8_700, "unknown")


def test_fields_that_a_correction_does_not_name_stay() -> None:
    wrong = store(place="A-1", class_="damaged", operator="op-12")
    (stands,) = effective([wrong, correct(wrong, {"place": "B-2"})])
    assert stands == store(place="B-2", class_="damaged", operator="op-12", id=wrong.id)


def test_a_field_said_by_mistake_is_unsaid_with_null() -> None:
    wrong = store(class_="damaged")
    assert believed(wrong, correct(wrong, {"class": None}))["storage_class"] is None


def test_a_corrected_fact_takes_its_target_s_place_in_effective_order() -> None:
    first, second = store(place="A-1"), store(place="B-2", at=wednesday)
    right = correct(first, {"place": "C-3"})
    assert [fact.id for fact in effective([right, second, first])] == [first.id, second.id]
    assert believed(first, second, right)["place"] == "B-2"


def test_one_that_happened_at_another_time_stands_there() -> None:
    first, second = store(place="A-1"), store(place="B-2", at=wednesday)
    moved = correct(first, {"occurred_at": rfc3339(friday)})
    assert [fact.at for fact in effective([first, second, moved])] == [wednesday, friday]
    assert believed(first, second, moved)["place"] == "A-1"


def test_a_correction_counts_however_early_it_claims_to_be() -> None:
    wrong = store(place="A-1")
    assert believed(wrong, correct(wrong, {"place": "B-2"}, at=monday))["place"] == "B-2"


def test_of_several_the_greatest_instant_counts_whichever_came_first() -> None:
    wrong = store(place="A-1")
    first = correct(wrong, {"place": "B-2"}, at=saturday)
    last = correct(wrong, {"place": "C-3"}, at=sunday)
    for arrived in ([wrong, first, last], [wrong, last, first]):
        assert verdicts(arrived) == {wrong.id: last}
        assert believed(*arrived)["place"] == "C-3"


def test_of_several_at_one_instant_the_greatest_id_counts_void_or_not() -> None:
    wrong = store(place="A-1")
    right, gone = correct(wrong, {"place": "B-2"}, id=EARLY), void(wrong, id=LATE)
    assert effective([wrong, gone, right]) == effective([wrong, right, gone]) == []
    right, gone = correct(wrong, {"place": "B-2"}, id=LATE), void(wrong, id=EARLY)
    for arrived in ([wrong, gone, right], [wrong, right, gone]):
        assert believed(*arrived)["place"] == "B-2"


def test_a_correction_after_a_void_brings_the_fact_back() -> None:
    end = dismantle()
    again = correct(end, {"loss_g": 1}, at=sunday + MINUTE)
    assert believed(drop_off(), end, void(end))["state"] == "in_stock"
    assert believed(drop_off(), end, void(end), again)["state"] == "dismantled"


def test_each_correction_starts_from_what_was_posted_and_not_from_another() -> None:
    wrong = store(place="A-1")
    facts = [wrong, correct(wrong, {"place": "B-2"}), correct(wrong, {"class": "damaged"}, id=LATE)]
    facts[1] = correct(wrong, {"place": "B-2"}, id=EARLY)
    after = believed(*facts)
    assert (after["place"], after["storage_class"]) == ("A-1", "damaged")


def test_a_battery_that_a_correction_brings_in_is_told_of_and_the_other_is_not() -> None:
    wrong = drop_off(pack)
    right = correct(wrong, {"battery": {"code": other}})
    assert believed(wrong, right, of=other)["site"] == POINT
    assert believed(wrong, right, of=pack)["state"] is None


def test_correcting_the_end_to_another_battery_brings_the_first_one_back() -> None:
    end = dismantle(pack)
    right = correct(end, {"battery": other})
    assert believed(drop_off(), end, right) == believed(drop_off())
    assert believed(end, right, of=other)["state"] == "dismantled"


def test_a_battery_that_an_overruled_correction_brought_in_was_never_mentioned() -> None:
    wrong = drop_off(pack)
    strayed = correct(wrong, {"battery": {"code": other}}, at=saturday)
    right = correct(wrong, {"battery": {"code": pack, "mass_g": 1}}, at=sunday)
    for arrived in ([wrong, strayed, right], [wrong, right, strayed]):
        assert believed(*arrived, of=other) == believed(of=other)
        assert believed(*arrived)["mass_g"] == 1


def test_a_consignment_put_right_is_on_another_road() -> None:
    sent = dispatch()
    right = correct(sent, {"consignment": return_road})
    assert believed(sent, right)["consignment"] == return_road
    assert believed(sent, right, hand_on())["custodian"] == believed(sent)["custodian"]
    handed = hand_on(consignment=return_road)
    assert believed(sent, handed, right)["custodian"] != believed(sent)["custodian"]


def test_a_correction_is_about_the_consignments_and_batteries_that_its_values_name() -> None:
    said = {"consignment": return_road, "accepted": [pack], "missing": [other], "extra": ["maker:"]}
    named = correct(receive(), {**said, "rejected": [{"battery": third, "reason": "other"}]})
    assert {*named.batteries_named()} == {pack, other, third}
    assert named.consignments_named() == (return_road,)
    assert correct(dispatch(), {"returns": road, "batteries": 7}).batteries_named() == ()
    assert correct(drop_off(), {"battery": {"code": [pack]}}).batteries_named() == ()
    assert correct(drop_off(), {"consignment": "?"}).consignments_named() == ()
    assert correct(dismantle(), {"children": [other]}).batteries_named() == (other,)


@pytest.mark.parametrize("field", sorted(FIXED))
def test_what_makes_it_that_movement_cannot_be_corrected(field: str) -> None:
    with pytest.raises(ValidationError) as refused:
        correct(store(), {"place": "B-2", field: "x"})
    assert refused.value.errors()[0]["type"] == "fixed_field"


def test_a_correction_changes_something_and_not_without_limit() -> None:
    assert correct(store(), {f"f{n}": 1 for n in range(VALUES_MAX)}).id
    for values in ({}, {f"f{n}": 1 for n in range(VALUES_MAX + 1)}):
        with pytest.raises(ValidationError):
            correct(store(), values)


@pytest.mark.parametrize(
    "values",
    [{"place": ""}, {"colour": "red"}, {"batteries": []}, {"batteries": [pack, pack]}],
    ids=str,
)
def test_values_that_make_no_movement_make_none(values: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        correct(store(), values).instead_of(store())


def test_one_correction_read_for_two_targets_is_read_for_each() -> None:
    right = correct(store(), {"place": "B-2"})
    for target in (store(), store([other]), store()):
        instead = right.instead_of(target)
        assert (instead.batteries_named(), instead.id) == (target.batteries_named(), target.id)
        assert right.instead_of(target) is instead


def test_forms_are_what_was_posted_and_what_each_correction_would_make_of_it() -> None:
    wrong, right = store(place="A-1"), correct(store(place="A-1"), {"place": "B-2"})
    facts = [right, wrong, void(wrong), correct(inspect(), {"mass_g": 1})]
    assert [fact.place for fact in forms(facts)] == ["B-2", "A-1"]  # type: ignore[attr-defined]


def test_a_history_holds_whatever_was_ever_about_a_pack() -> None:
    strayed = correct(drop_off(), {"battery": {"code": other}})
    facts = [drop_off(), drop_off(third), hand_on(), strayed, void(drop_off(third)), store([third])]
    assert history_of((other,), facts) == {drop_off().id, strayed.id}
    assert history_of((third,), facts) == {fact.id for fact in (facts[1], facts[4], facts[5])}
    sent = [hand_on(), hand_on(consignment=return_road), dispatch(), void(hand_on())]
    assert history_of((pack,), sent) == {fact.id for fact in (sent[0], sent[2], sent[3])}


@st.composite
def taken_back(draw: st.DrawFn) -> tuple[list[Movement], list[Movement]]:
    """A history with corrections, and the same in another order of arrival."""
    facts = draw(histories().filter(lambda facts: any(isinstance(f, TakingBack) for f in facts)))
    return facts, draw(st.permutations(facts))


@given(taken_back())
def test_what_counts_is_told_alike_in_the_plainest_way(both: Any) -> None:
    for facts in both:
        assert effective(facts) == plain.counting(facts)


@given(taken_back(), st.sampled_from(BATTERIES))
def test_an_overruled_correction_changes_nothing(both: Any, ref: str) -> None:
    facts, _ = both
    last_words = {fact.id for fact in verdicts(facts).values()}
    heard = [fact for fact in facts if not isinstance(fact, TakingBack) or fact.id in last_words]
    assert effective(heard) == effective(facts)
    assert plain.fold(ref, heard) == plain.fold(ref, facts)


@given(histories(), st.sampled_from(BATTERIES), st.booleans())
def test_taking_back_whatever_ended_a_pack_brings_it_back(
    facts: list[Movement], ref: str, wholly: bool
) -> None:
    codes = plain.pack_of(ref, facts)
    ends = [fact for fact in plain.counting(facts) if ends_one_of(codes, fact)]
    taken = [
        void(end, at=sunday) if wholly else correct(end, ANOTHER[end.type], at=sunday)
        for end in ends
    ]
    assert whereabouts(codes, effective([*facts, *taken], of_battery(codes)))["state"] not in ENDED


ANOTHER: dict[str, dict[str, Any]] = {
    "dismantle": {"battery": "maker:X1", "children": []},
    "second_life": {"battery": "maker:X1", "new_code": None},
    "recover": {"batteries": ["maker:X1"]},
    "dispose": {"batteries": ["maker:X1"]},
}
"""What an ending says when it was another's."""


def ends_one_of(codes: tuple[str, ...], fact: Movement) -> bool:
    return any(fact.effect(code, UNKNOWN)["state"] in ENDED for code in codes) and not {
        *codes
    }.isdisjoint(fact.batteries_named())


@given(taken_back())
def test_a_correction_of_all_that_was_said_to_what_it_says_is_that(both: Any) -> None:
    for fact in both[0]:
        body = json.loads(data(fact))
        values = {name: body[name] for name in body.keys() - FIXED}
        if not isinstance(fact, TakingBack):
            assert correct(fact, values).instead_of(fact) == fact


@given(taken_back())
def test_a_fact_stays_what_it_is_however_often_it_is_read_differently(both: Any) -> None:
    for fact in both[0]:
        if isinstance(fact, Corrected):
            again = decode(fact.type, fact.version, data(fact))
            assert (again, hash(again)) == (fact, hash(fact))


def test_a_site_of_the_same_organisation_may_put_it_right() -> None:
    assert correct(store(), {"place": "B-2"}, site=CENTRE).site == CENTRE
    assert correct(store(), {"place": "B-2"}).site == POINT == store(at=tuesday).site
