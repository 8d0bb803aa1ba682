from datetime import datetime

import pytest

from custody.decisions import Poster
from custody.terms import MINUTE, SHANGHAI, millis
from tests.given import (
    CENTRE,
    NOWHERE,
    POINT,
    dismantle,
    dispatch,
    drop_off,
    friday,
    inspect,
    monday,
    site,
    store,
    thursday,
    tuesday,
    two,
    wednesday,
)
from tests.gwt import given

AHEAD = tuesday + 5 * MINUTE


def new_year(year: int) -> int:
    return millis(datetime(year, 1, 2, tzinfo=SHANGHAI))


def test_a_movement_of_another_site_is_refused() -> None:
    refused = given().when(drop_off(), poster=Poster("key", CENTRE)).then_refused("not_your_site")
    assert [(error.pointer, error.params) for error in refused.errors] == [
        ("/site", {"site": CENTRE})
    ]


def test_a_key_without_a_site_posts_for_none() -> None:
    given().when(drop_off(), poster=Poster("key", None)).then_refused("not_your_site")


def test_a_movement_of_a_site_that_nobody_registered_is_refused() -> None:
    refused = given().when(drop_off(site=NOWHERE)).then_refused("site_unknown")
    assert [error.pointer for error in refused.errors] == ["/site"]


def test_whose_site_it_is_is_asked_before_whether_there_is_one() -> None:
    stray = drop_off(site=NOWHERE)
    given().when(stray, poster=Poster("key", POINT)).then_refused("not_your_site")


def test_a_movement_five_minutes_ahead_is_recorded() -> None:
    given().when(drop_off(at=AHEAD), now=tuesday).then()


def test_a_movement_further_ahead_is_refused_for_now() -> None:
    refused = given().when(drop_off(at=AHEAD + 1), now=tuesday).then_refused("too_early")
    assert [(error.pointer, error.params) for error in refused.errors] == [
        ("/occurred_at", {"now": "2026-03-03T01:00:00.000Z", "minutes": 5})
    ]
    given().when(drop_off(at=AHEAD + 1), now=tuesday + 1).then()


@pytest.mark.parametrize("offset", [-30 * MINUTE, 30 * MINUTE])
def test_a_clock_that_goes_wrong_is_set_right_first(offset: int) -> None:
    by_its_clock = AHEAD - offset
    given().when(drop_off(at=by_its_clock), now=tuesday, clock_offset=offset).then()
    one_more = drop_off(at=by_its_clock + 1)
    given().when(one_more, now=tuesday, clock_offset=offset).then_refused("too_early")


def test_however_late_a_movement_comes_it_is_recorded() -> None:
    given().when(drop_off(at=monday), now=monday + 10**11).then()


def test_a_site_that_is_suspended_is_remarked() -> None:
    scene = given(drop_off()).registered(site(active_from=monday, active_to=thursday))
    scene.when(store(at=wednesday)).then()
    (remark,) = scene.when(store(at=thursday)).then("site_suspended")
    assert remark.subjects == (f"site:{POINT}",)


def test_a_site_that_has_not_opened_yet_is_remarked() -> None:
    opened = site(active_from=friday)
    given(drop_off()).registered(site(active_to=monday), opened).when(store()).then(
        "site_suspended"
    )


def test_a_suspended_site_hears_the_other_remarks_too() -> None:
    closed = site(active_to=monday)
    given().registered(closed).when(store()).then("site_suspended", "never_seen")


def test_a_suspended_site_may_send_away_what_it_has() -> None:
    closed = site(active_to=tuesday)
    given(drop_off()).registered(closed).when(dispatch()).then()
    given(drop_off(site=CENTRE)).registered(closed).when(dispatch()).then(
        "site_suspended", "held_elsewhere"
    )
    given(drop_off()).registered(closed).when(dispatch(two)).then("site_suspended", "never_seen")
    ended = dismantle(site=POINT, at=tuesday)
    given(drop_off(), ended).registered(closed).when(dispatch()).then(
        "site_suspended", "after_the_end"
    )


def test_a_suspended_site_does_nothing_else_without_a_word() -> None:
    closed = given(drop_off()).registered(site(active_to=tuesday))
    closed.when(store()).then("site_suspended")
    closed.when(inspect()).then("site_suspended")


def test_a_site_in_a_division_that_was_abolished_is_told_so() -> None:
    old = site("330104-0001")
    (remark,) = (
        given().registered(old).when(drop_off(site="330104-0001")).then("division_abolished")
    )
    assert (remark.severity, remark.subjects) == ("low", ("site:330104-0001",))
    assert remark.params == {"division": "330104", "name": "江干区"}


def test_a_division_counts_until_the_year_in_which_it_was_abolished() -> None:
    scene = given().registered(site("330104-0001"))
    for year, codes in ((2021, []), (2022, ["division_abolished"])):
        scene.when(drop_off("maker:X1", site="330104-0001", at=new_year(year))).then(*codes)


def test_a_site_in_a_division_of_the_statistics_alone_is_told_so() -> None:
    scene = given().registered(site("130171-0001")).when(drop_off(site="130171-0001"))
    (remark,) = scene.then("division_statistical")
    assert remark.params["division"] == "130171"


def test_a_site_outside_the_network_lies_in_no_division() -> None:
    abroad = site("000000-ABCD", kind="external")
    given().registered(abroad).when(drop_off(site="000000-ABCD")).then()
