from tests.given import (
    BASE,
    CENTRE,
    NOWHERE,
    POINT,
    dispatch,
    drop_off,
    friday,
    other,
    receive,
    road,
    site,
    stranger,
    sunday,
    thursday,
    void,
)
from tests.gwt import given


def test_a_consignment_leaves_without_a_word() -> None:
    given(drop_off(other)).when(dispatch([other])).then()


def test_a_number_used_twice_is_remarked() -> None:
    scene = given(drop_off(other), dispatch()).when(dispatch([other], at=friday))
    (remark,) = scene.then("consignment_number_used")
    assert remark.subjects == (f"consignment:{road}",)


def test_a_number_used_later_is_used_all_the_same() -> None:
    scene = given(drop_off(other), dispatch(at=friday)).when(dispatch([other]))
    scene.then("consignment_number_used")


def test_a_number_that_was_taken_back_is_free() -> None:
    gone = dispatch()
    given(drop_off(other), gone, void(gone)).when(dispatch([other], at=friday)).then()


def test_a_receipt_that_came_before_its_dispatch_is_no_second_use() -> None:
    given(drop_off(), receive()).when(dispatch()).then()


def test_a_receiver_that_nobody_registered_is_remarked() -> None:
    (remark,) = given(drop_off()).when(dispatch(to_site=NOWHERE)).then("recipient_unknown")
    assert remark.severity == "critical"
    assert remark.params == {"site": NOWHERE}


def test_a_suspended_receiver_is_remarked() -> None:
    scene = given(drop_off()).registered(site(BASE, active_to=thursday))
    scene.when(dispatch(to_site=BASE)).then("recipient_suspended")
    scene.when(dispatch(to_site=BASE, at=thursday - 1)).then()


def test_a_consignment_to_oneself_is_remarked() -> None:
    (remark,) = given(drop_off()).when(dispatch(to_site=POINT)).then("sent_to_itself")
    assert remark.subjects == (f"site:{POINT}",)


def test_a_carrier_that_nobody_registered_is_remarked() -> None:
    (remark,) = given(drop_off()).when(dispatch(carrier=stranger)).then("carrier_unknown")
    assert remark.params == {"carrier": stranger}


def test_all_that_is_odd_is_remarked_at_once() -> None:
    given(dispatch(site=CENTRE, to_site=POINT)).when(
        dispatch(to_site=NOWHERE, carrier="somebody", at=sunday)
    ).then("consignment_number_used", "recipient_unknown", "carrier_unknown", "still_on_the_road")
