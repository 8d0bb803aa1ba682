from tests.given import (
    BASE,
    CENTRE,
    POINT,
    correct,
    dispatch,
    drop_off,
    monday,
    recycler,
    site,
    store,
    sunday,
    tuesday,
    void,
    wednesday,
)
from tests.gwt import given

UNKNOWN = [("/target", "target_unknown")]


def test_whoever_recorded_a_movement_takes_it_back_without_a_word() -> None:
    given(store()).when(void(store())).then()


def test_another_site_of_the_same_organisation_may_take_it_back() -> None:
    given(store()).when(void(store(), site=CENTRE)).then()


def test_another_organisation_may_not() -> None:
    refused = given(store()).when(void(store(), site=BASE)).then_refused("not_the_author")
    assert [error.pointer for error in refused.errors] == ["/target"]


def test_nobody_takes_back_what_nobody_recorded() -> None:
    refused = given().when(void(store())).then_refused("target_unknown")
    assert [(error.pointer, error.code) for error in refused.errors] == UNKNOWN


def test_a_void_cannot_be_taken_back() -> None:
    taken_back = void(store())
    scene = given(taken_back).when(void(taken_back, at=sunday + 1))
    refused = scene.then_refused("target_unknown")
    assert [error.code for error in refused.errors] == ["target_is_a_correction"]


def test_a_void_cannot_take_itself_back() -> None:
    own = void(store()).id
    given().when(void(own, id=own)).then_refused("target_unknown")


def test_a_movement_may_be_taken_back_twice_and_the_last_word_counts() -> None:
    first, again = void(store()), void(store(), at=sunday + 1)
    (remark,) = given(store(), first).when(again).then("voided_before")
    assert remark.subjects == (f"movement:{store().id}",)
    assert remark.params == {"target": store().id, "earlier": first.id, "counts": again.id}
    # Recorded later, it claims to be earlier: the other stands.
    (remark,) = given(store(), again).when(first).then("voided_before")
    assert remark.params["counts"] == again.id


def test_a_movement_that_was_corrected_may_be_taken_back() -> None:
    right = correct(store(), {"place": "B-2"})
    taken_back = void(store(), at=sunday + 1)
    (remark,) = given(store(), right).when(taken_back).then("corrected_before")
    assert remark.params == {
        "target": store().id,
        "earlier": right.id,
        "counts": taken_back.id,
    }


def test_a_void_may_claim_to_be_earlier_than_its_target() -> None:
    given(store()).when(void(store(), at=monday)).then()


def test_whose_a_site_was_when_it_happened_decides() -> None:
    sold = site(POINT, organisation=recycler, active_from=wednesday)
    before, after = store(at=tuesday), dispatch(at=sunday)
    scene = given(before).registered(sold)
    scene.when(void(before, site=CENTRE)).then()
    scene.when(void(before, site=POINT)).then_refused("not_the_author")
    # Dated back to when the site was another's, it is still its holder's void.
    scene.when(void(before, site=POINT, at=tuesday)).then_refused("not_the_author")
    later = given(after).registered(sold)
    later.when(void(after, site=POINT)).then()
    later.when(void(after, site=BASE)).then()
    later.when(void(after, site=CENTRE)).then_refused("not_the_author")


def test_a_site_s_fact_from_before_its_registration_is_its_own() -> None:
    early = drop_off(at=monday)
    given(early).registered(site(POINT, active_from=wednesday)).when(void(early)).then()
