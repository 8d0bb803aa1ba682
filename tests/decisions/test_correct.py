from custody.terms import rfc3339
from tests.given import (
    BASE,
    CENTRE,
    NOWHERE,
    correct,
    dispatch,
    drop_off,
    other,
    pack,
    store,
    sunday,
    tuesday,
    two,
    void,
)
from tests.gwt import given

WRONG = store()


def test_whoever_recorded_a_movement_puts_it_right_without_a_word() -> None:
    given(WRONG).when(correct(WRONG, {"place": "B-2"})).then()
    given(WRONG).when(correct(WRONG, {"batteries": two, "site": CENTRE}, site=CENTRE)).then()


def test_another_organisation_may_not() -> None:
    scene = given(WRONG).when(correct(WRONG, {"place": "B-2"}, site=BASE))
    refused = scene.then_refused("not_the_author")
    assert [error.pointer for error in refused.errors] == ["/target"]


def test_nobody_puts_a_movement_into_another_s_hands() -> None:
    for site in (BASE, NOWHERE):
        refused = given(WRONG).when(correct(WRONG, {"site": site})).then_refused("not_the_author")
        assert [error.pointer for error in refused.errors] == ["/values/site"]


def test_what_nobody_recorded_or_what_is_a_correction_itself_is_no_target() -> None:
    given().when(correct(WRONG, {"place": "B-2"})).then_refused("target_unknown")
    taken_back = void(WRONG)
    scene = given(taken_back).when(correct(taken_back, {"reason": "x"}))
    refused = scene.then_refused("target_unknown")
    assert [error.code for error in refused.errors] == ["target_is_a_correction"]


def test_values_that_make_no_such_movement_are_refused_with_their_place() -> None:
    refused = (
        given(WRONG)
        .when(correct(WRONG, {"place": "", "colour": "red"}))
        .then_refused("invalid_fields")
    )
    assert {(error.pointer, error.code) for error in refused.errors} == {
        ("/values/place", "too_short"),
        ("/values/colour", "unknown_field"),
    }


def test_a_correction_smuggles_no_lead_acid_in() -> None:
    sent = dispatch(un_number="3480")
    refused = given(sent).when(correct(sent, {"un_number": "2794"})).then_refused("invalid_fields")
    assert [(error.pointer, error.code) for error in refused.errors] == [
        ("/values/un_number", "un_lead_acid")
    ]


def test_of_several_corrections_the_greatest_counts_whichever_comes_first() -> None:
    first = correct(WRONG, {"place": "B-2"})
    again = correct(WRONG, {"place": "C-3"}, at=sunday + 1)
    (remark,) = given(WRONG, first).when(again).then("corrected_before")
    assert remark.subjects == (f"movement:{WRONG.id}",)
    assert remark.params == {"target": WRONG.id, "earlier": first.id, "counts": again.id}
    (remark,) = given(WRONG, again).when(first).then("corrected_before")
    assert remark.params["counts"] == again.id


def test_a_movement_that_was_voided_can_be_corrected_after_all() -> None:
    taken_back = void(WRONG)
    again = correct(WRONG, {"place": "B-2"}, at=sunday + 1)
    (remark,) = given(WRONG, taken_back).when(again).then("voided_before")
    assert remark.params["counts"] == again.id


def test_a_correction_that_says_what_was_said_changes_nothing() -> None:
    (remark,) = given(WRONG).when(correct(WRONG, {"place": WRONG.place})).then("nothing_changed")
    assert remark.subjects == (f"movement:{WRONG.id}",)
    same = {"occurred_at": rfc3339(tuesday).replace("Z", "+00:00"), "batteries": [pack]}
    given(WRONG).when(correct(WRONG, same)).then("nothing_changed")


def test_what_counts_by_now_is_what_a_correction_changes_or_does_not() -> None:
    first = correct(WRONG, {"place": "B-2"})
    back = correct(WRONG, {"place": WRONG.place}, at=sunday + 1)
    given(WRONG, first).when(back).then("corrected_before")
    same = correct(WRONG, {"place": "B-2"}, at=sunday + 1)
    given(WRONG, first).when(same).then("corrected_before", "nothing_changed")
    unvoided = correct(WRONG, {"place": WRONG.place}, at=sunday + 1)
    given(WRONG, void(WRONG)).when(unvoided).then("voided_before")


def test_a_correction_may_bring_in_batteries_that_the_books_know() -> None:
    given(WRONG, drop_off(other)).when(correct(WRONG, {"batteries": [other]})).then()
