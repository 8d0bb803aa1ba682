"""What is remarked when a site handles batteries that the books do not have there?"""

from collections.abc import Callable

import pytest

from custody.events import Movement
from tests.given import (
    BASE,
    CENTRE,
    POINT,
    dismantle,
    dispatch,
    drop_off,
    friday,
    inspect,
    other,
    pack,
    receive,
    road,
    store,
    sunday,
    third,
    tuesday,
    two,
    void,
)
from tests.gwt import given

HANDLING: list[Callable[..., Movement]] = [
    store,
    inspect,
    lambda **how: dispatch(to_site=BASE, **how),
    dismantle,
]
however = pytest.mark.parametrize(
    "handle", HANDLING, ids=["store", "inspect", "dispatch", "dismantle"]
)


@however
def test_a_battery_at_hand_is_handled_without_a_word(handle: Callable[..., Movement]) -> None:
    given(drop_off()).when(handle(site=POINT)).then()


@however
def test_a_battery_never_seen_is_remarked(handle: Callable[..., Movement]) -> None:
    (remark,) = given().when(handle(site=POINT)).then("never_seen")
    assert remark.subjects == (f"battery:{pack}",)


@however
def test_a_battery_held_elsewhere_is_remarked(handle: Callable[..., Movement]) -> None:
    (remark,) = given(drop_off()).when(handle(site=CENTRE)).then("held_elsewhere")
    assert remark.params == {"battery": pack, "site": POINT}


@however
def test_a_battery_on_the_road_is_remarked(handle: Callable[..., Movement]) -> None:
    scene = given(dispatch()).when(handle(site=CENTRE, at=sunday))
    expected = ["still_on_the_road"]
    if handle is HANDLING[2]:
        expected.insert(0, "consignment_number_used")
    *_, remark = scene.then(*expected)
    assert remark.params == {"battery": pack, "consignment": road}


@however
def test_a_battery_that_was_missing_has_turned_up(handle: Callable[..., Movement]) -> None:
    missed = receive([], missing=[pack], consignment="x:7")
    given(missed).when(handle(site=POINT, at=sunday)).then("was_missing")


@however
def test_a_battery_that_is_no_more_is_remarked(handle: Callable[..., Movement]) -> None:
    given(dismantle(at=tuesday)).when(handle(site=CENTRE, at=sunday)).then("after_the_end")


@however
def test_what_happened_later_is_no_contradiction(handle: Callable[..., Movement]) -> None:
    later = receive(at=sunday + 1, consignment="x:7")
    given(drop_off(), later).when(handle(site=POINT)).then()


def test_what_was_rejected_is_on_the_road_still() -> None:
    given(dispatch(), receive([], rejected=[pack])).when(inspect(at=sunday)).then(
        "still_on_the_road"
    )


def test_what_was_taken_back_is_not_held_against_anybody() -> None:
    gone = dispatch()
    given(drop_off(), gone, void(gone)).when(inspect(at=friday)).then()


def test_each_battery_has_a_remark_of_its_own() -> None:
    remarks = (
        given(drop_off(), drop_off(other, site=CENTRE))
        .when(store([pack, other, third]))
        .then("held_elsewhere", "never_seen")
    )
    assert [remark.subjects for remark in remarks] == [
        (f"battery:{other}",),
        (f"battery:{third}",),
    ]


def test_parts_that_begin_with_a_dismantling_are_not_expected_to_be_known() -> None:
    given(drop_off()).when(dismantle(site=POINT, children=[other, third])).then()


def test_batteries_that_came_together_are_stored_together() -> None:
    given(dispatch(two), receive(two)).when(store(two, site=CENTRE, at=sunday)).then()
