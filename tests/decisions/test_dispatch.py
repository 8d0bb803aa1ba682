import pytest

from custody.events.consignment import items_digest
from tests.given import (
    BASE,
    CENTRE,
    NOWHERE,
    POINT,
    carrier,
    dispatch,
    drop_off,
    friday,
    organisation,
    other,
    pack,
    receive,
    road,
    site,
    stranger,
    sunday,
    thursday,
    two,
    void,
    wednesday,
)
from tests.gwt import given

PILOT = "91350203M0001QAY9B"
"""A lawful credit code of the early pilot, whose check character is not the standard's."""


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


def test_a_carrier_was_active_when_it_took_the_goods_or_was_not() -> None:
    hired = organisation(carrier, active_from=thursday, active_to=friday)
    scene = given(drop_off()).registered(organisation(carrier, active_to=wednesday), hired)
    scene.when(dispatch(at=thursday)).then()
    for idle in (thursday - 1, friday):
        (remark,) = scene.when(dispatch(at=idle)).then("carrier_suspended")
        assert (remark.severity, remark.subjects) == ("high", (f"organisation:{carrier}",))


def test_a_carrier_s_early_pilot_code_should_be_looked_up() -> None:
    registered = given(drop_off()).registered(organisation(PILOT))
    (remark,) = registered.when(dispatch(carrier=PILOT)).then("legacy_credit_code")
    assert remark.params == {"carrier": PILOT}
    given(drop_off()).when(dispatch(carrier=PILOT)).then("carrier_unknown", "legacy_credit_code")


@pytest.mark.parametrize("plate", ["浙A·12345", "浙AD12345", "浙A1234挂", "浙A12345D"])
def test_a_vehicle_with_a_plate_goes_without_a_word(plate: str) -> None:
    given(drop_off()).when(dispatch(vehicle=plate)).then()


def test_a_vehicle_s_plate_is_one() -> None:
    (remark,) = given(drop_off()).when(dispatch(vehicle="浙I12345")).then("plate_malformed")
    assert remark.subjects == (f"consignment:{road}",)


def test_a_list_is_what_its_digest_says_in_whichever_order() -> None:
    scene = given(drop_off(), drop_off(other))
    scene.when(dispatch(two, items_digest=items_digest(two[::-1]))).then()
    scene = scene.when(dispatch(two, items_digest=items_digest([pack])))
    (remark,) = scene.then("items_digest_wrong")
    assert remark.params == {"consignment": road, "pieces": 2}


def test_all_that_is_odd_is_remarked_at_once() -> None:
    given(dispatch(site=CENTRE, to_site=POINT)).when(
        dispatch(to_site=NOWHERE, carrier="somebody", at=sunday)
    ).then("consignment_number_used", "recipient_unknown", "carrier_unknown", "still_on_the_road")
