"""What is remarked when a site handles batteries that the books do not have there?"""

from collections.abc import Callable
from typing import Any

import pytest

from custody.events import Movement
from tests.given import (
    BASE,
    CENTRE,
    POINT,
    dismantle,
    dispatch,
    dispose,
    drop_off,
    friday,
    grade,
    hold,
    incident,
    inspect,
    monday,
    other,
    pack,
    receive,
    recover,
    release_hold,
    return_road,
    road,
    saturday,
    second_life,
    site,
    stock_take,
    store,
    sunday,
    third,
    tuesday,
    two,
    void,
    wednesday,
)
from tests.gwt import given


def stock_take_of_one(**how: Any) -> Movement:
    return stock_take([pack], **how)


HANDLING: list[Callable[..., Movement]] = [
    store,
    inspect,
    lambda **how: dispatch(to_site=BASE, **how),
    grade,
    stock_take_of_one,
]
however = pytest.mark.parametrize(
    "handle", HANDLING, ids=["store", "inspect", "dispatch", "grade", "stock_take"]
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
def test_a_battery_that_was_lost_is_remarked_when_it_is_handled(
    handle: Callable[..., Movement],
) -> None:
    (remark,) = (
        given(drop_off(), incident("theft")).when(handle(site=POINT, at=sunday)).then("was_lost")
    )
    assert remark.subjects == (f"battery:{pack}",)


@however
def test_what_happened_later_is_no_contradiction(handle: Callable[..., Movement]) -> None:
    later = receive(at=sunday + 1, consignment="x:7")
    given(drop_off(), later).when(handle(site=POINT)).then()


def test_what_was_rejected_is_on_the_road_still() -> None:
    given(dispatch(), receive([], rejected=[pack])).when(inspect(at=sunday)).then(
        "still_on_the_road"
    )


def test_what_was_rejected_goes_back_without_a_word() -> None:
    scene = given(dispatch(), receive([], rejected=[pack]))
    back: dict[str, Any] = {
        "site": CENTRE,
        "to_site": POINT,
        "consignment": return_road,
    }
    scene.when(dispatch(**back, returns=road, at=saturday)).then()
    scene.when(dispatch(**back, at=saturday)).then("backflow", "still_on_the_road")


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


def test_batteries_that_came_together_are_stored_together() -> None:
    given(dispatch(two), receive(two)).when(store(two, site=CENTRE, at=sunday)).then()


def test_what_an_authority_holds_is_neither_passed_on_nor_made_away_with() -> None:
    licences = ["dismantle", "recover", "dispose", "second_life:base_station"]
    held = given(drop_off(site=CENTRE), hold(site=CENTRE)).registered(
        site(CENTRE, kind="sorting_centre", licences=licences)
    )
    for act in (dispatch(to_site=BASE, site=CENTRE), dismantle(), recover(), second_life()):
        (remark,) = held.when(act).then("under_hold")
        assert remark.params == {"battery": pack, "cases": "C-1"}
    held.when(dispose()).then("under_hold", "never_weighed")


def test_what_was_released_may_go() -> None:
    given(drop_off(), hold(), release_hold(at=wednesday + 1)).when(dispatch()).then()
    given(drop_off(), hold(), hold(case="C-2"), release_hold(at=wednesday + 1)).when(
        dispatch()
    ).then("under_hold")


def test_what_an_authority_holds_may_be_handled_where_it_is() -> None:
    given(drop_off(), hold(at=monday + 1)).when(store()).then()
