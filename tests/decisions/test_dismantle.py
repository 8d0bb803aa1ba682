from typing import Any

import pytest

from tests.given import (
    BASE,
    CENTRE,
    POINT,
    dismantle,
    dispatch,
    drop_off,
    inspect,
    monday,
    other,
    pack,
    saturday,
    site,
    sunday,
    third,
    void,
)
from tests.gwt import given

WEIGHED = drop_off(site=CENTRE, mass_g=8700)


def dismantled(*masses: int, **said: Any) -> Any:
    outputs = [{"fraction": "cells", "mass_g": mass} for mass in masses]
    return dismantle(outputs=outputs, **said)


@pytest.mark.parametrize("masses", [[8700], [5000, 3700], [8439]])
def test_what_went_in_comes_out_without_a_word(masses: list[int]) -> None:
    given(WEIGHED).when(dismantled(*masses)).then()


def test_matter_out_of_nowhere_is_remarked() -> None:
    (remark,) = given(WEIGHED).when(dismantled(5000, 3701)).then("outputs_exceed_input")
    assert remark.subjects == (f"battery:{pack}",)
    assert remark.params == {"out_g": 8701, "in_g": 8700}


def test_what_was_lost_came_out_as_well() -> None:
    given(WEIGHED).when(dismantled(8500, loss_g=201)).then("outputs_exceed_input")


@pytest.mark.parametrize(
    ("masses", "loss_g"), [([8438], None), ([8438], 0), ([8438], 262), ([], None), ([0], 0)]
)
def test_more_than_three_parts_in_a_hundred_lost_or_unaccounted_for_is_remarked(
    masses: list[int], loss_g: int | None
) -> None:
    (remark,) = given(WEIGHED).when(dismantled(*masses, loss_g=loss_g)).then("mass_gap")
    assert remark.params == {"in_g": 8700, "out_g": sum(masses), "loss_g": loss_g or 0}


def test_what_is_told_as_loss_is_accounted_for() -> None:
    given(WEIGHED).when(dismantled(8439, loss_g=261)).then()
    given(WEIGHED).when(dismantled(8178, loss_g=261)).then()


def test_the_last_weighing_counts() -> None:
    again = inspect(mass_g=9000, site=CENTRE)
    given(WEIGHED, again).when(dismantled(8900)).then()
    late = inspect(mass_g=9000, site=CENTRE, at=sunday)
    given(WEIGHED, late).when(dismantled(8900)).then("outputs_exceed_input")


def test_of_a_battery_that_nobody_weighed_anything_may_come() -> None:
    given(drop_off(site=CENTRE)).when(dismantled(99_000)).then()


def test_a_battery_of_no_mass_at_all_yields_nothing() -> None:
    nothing = drop_off(site=CENTRE, mass_g=0)
    given(nothing).when(dismantled(0)).then()
    given(nothing).when(dismantled(1)).then("outputs_exceed_input")


def test_parts_with_codes_of_their_own_explain_a_gap_and_no_surplus() -> None:
    given(WEIGHED).when(dismantled(2000, children=[other, third])).then()
    given(WEIGHED).when(dismantled(2000, loss_g=300, children=[other])).then("mass_gap")
    given(WEIGHED).when(dismantled(8701, children=[other])).then("outputs_exceed_input")


def test_parts_begin_with_a_dismantling_and_not_before() -> None:
    known = drop_off(other, site=CENTRE)
    (remark,) = (
        given(WEIGHED, known).when(dismantled(8000, children=[other, third])).then("part_known")
    )
    assert remark.subjects == (f"battery:{other}",)
    assert remark.params == {"part": other, "state": "in_stock"}


def test_a_battery_dismantled_twice_is_remarked() -> None:
    first = dismantled(8700, at=saturday)
    given(WEIGHED, first).when(dismantled(8700, at=sunday)).then("after_the_end")
    given(WEIGHED, first, void(first)).when(dismantled(8700, at=sunday)).then()


def test_a_collection_point_must_not_take_batteries_apart() -> None:
    scene = given(drop_off()).when(dismantle(site=POINT))
    (remark,) = scene.then("dismantling_not_allowed")
    assert (remark.severity, remark.subjects) == ("critical", (f"site:{POINT}",))


@pytest.mark.parametrize("kind", ["collection_point", "transfer_station", "disposal_site"])
def test_who_does_not_sort_or_use_needs_a_licence_to_dismantle(kind: str) -> None:
    scene = given(drop_off())
    scene.registered(site(kind=kind)).when(dismantle(site=POINT)).then("dismantling_not_allowed")
    scene.registered(site(kind=kind, licences=["dismantle"])).when(dismantle(site=POINT)).then()


def test_a_licence_that_begins_later_or_has_ended_is_none() -> None:
    at = monday + 1

    def licensed(**since: Any) -> Any:
        return given(drop_off()).registered(site(licences=["dismantle"], **since))

    licensed(active_from=at).when(dismantle(site=POINT, at=at)).then()
    licensed(active_from=at + 1).when(dismantle(site=POINT, at=at)).then("dismantling_not_allowed")
    licensed(active_to=at).when(dismantle(site=POINT, at=at)).then(
        "site_suspended", "dismantling_not_allowed"
    )


def test_a_licence_that_was_taken_away_counts_until_then() -> None:
    scene = given(drop_off()).registered(site(licences=["dismantle"]), site(active_from=saturday))
    scene.when(dismantle(site=POINT, at=saturday - 1)).then()
    scene.when(dismantle(site=POINT, at=saturday)).then("dismantling_not_allowed")


def test_a_battery_that_is_elsewhere_is_taken_apart_all_the_same() -> None:
    given(dispatch()).when(dismantle(site=BASE)).then("still_on_the_road")
