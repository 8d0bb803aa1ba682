from typing import Any

from tests.given import (
    BASE,
    CENTRE,
    POINT,
    carrier,
    collector,
    dispatch,
    friday,
    hand_on,
    organisation,
    recycler,
    road,
    saturday,
    site,
    stranger,
    thursday,
    void,
)
from tests.gwt import given

NEXT: dict[str, Any] = {"to_carrier": recycler}


def test_one_carrier_gives_a_consignment_to_the_next_without_a_word() -> None:
    given(dispatch()).when(hand_on(**NEXT)).then()


def test_a_consignment_that_has_not_left_is_remarked() -> None:
    (remark,) = given().when(hand_on(**NEXT)).then("not_dispatched")
    assert remark.subjects == (f"consignment:{road}",)
    given(dispatch(at=friday)).when(hand_on(**NEXT)).then("not_dispatched")
    gone = dispatch()
    given(gone, void(gone)).when(hand_on(**NEXT)).then("not_dispatched")


def test_whoever_hands_it_on_must_have_it() -> None:
    scene = given(dispatch()).when(hand_on(from_carrier=collector, **NEXT))
    (remark,) = scene.then("not_its_carrier")
    assert remark.params == {"consignment": road, "holder": carrier, "carrier": collector}


def test_whoever_got_it_last_has_it() -> None:
    scene = given(dispatch(), hand_on(**NEXT))
    scene.when(hand_on(from_carrier=recycler, to_carrier=collector, at=friday)).then()
    scene.when(hand_on(to_carrier=collector, at=friday)).then("not_its_carrier")
    # Before that it was still with the first.
    scene.when(hand_on(to_carrier=collector, at=thursday + 1)).then()


def test_a_hand_on_of_an_earlier_use_of_the_number_says_nothing_of_this_one() -> None:
    again = dispatch(at=friday)
    given(dispatch(), hand_on(**NEXT), again).when(hand_on(at=saturday, **NEXT)).then()


def test_the_next_carrier_is_known_and_active() -> None:
    (remark,) = given(dispatch()).when(hand_on(to_carrier=stranger)).then("carrier_unknown")
    assert remark.subjects == (f"organisation:{stranger}",)
    closed = organisation(recycler, active_to=thursday)
    given(dispatch()).registered(closed).when(hand_on(**NEXT)).then("carrier_suspended")


def test_the_next_vehicle_has_a_plate() -> None:
    given(dispatch()).when(hand_on(vehicle="浙A·12345", **NEXT)).then()
    given(dispatch()).when(hand_on(vehicle="my van", **NEXT)).then("plate_malformed")


def test_who_has_no_say_in_it_may_say_so_and_is_remarked() -> None:
    elsewhere = hand_on(site=BASE, **NEXT)
    (remark,) = given(dispatch()).when(elsewhere).then("handed_on_by_another")
    assert remark.params["next"] == recycler
    for end in (POINT, CENTRE):
        given(dispatch()).when(hand_on(site=end, **NEXT)).then()


def test_a_carrier_says_so_at_a_site_of_its_own() -> None:
    depot = site(BASE, organisation=carrier)
    given(dispatch()).registered(depot).when(hand_on(site=BASE, **NEXT)).then()
    # Whoever takes it cannot say so in place of the one that gives.
    depot = site(BASE, organisation=recycler)
    taken = hand_on(site=BASE, **NEXT)
    given(dispatch()).registered(depot).when(taken).then("handed_on_by_another")
    # Nor may it then give on what nobody of weight has given it.
    onward = hand_on(site=BASE, from_carrier=recycler, to_carrier=collector, at=friday)
    given(dispatch(), taken).registered(depot).when(onward).then("handed_on_by_another")
