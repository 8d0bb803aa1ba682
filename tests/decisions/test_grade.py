from typing import Any

import pytest

from tests.given import (
    POINT,
    drop_off,
    grade,
    inspect,
    pack,
    saturday,
    site,
    tuesday,
    wednesday,
)
from tests.gwt import given

LICENSED = site(licences=["second_life:base_station"])


@pytest.mark.parametrize("route", ["dismantle", "recycle", "dispose", None])
def test_a_worn_battery_is_graded_for_its_end_without_a_word(route: str | None) -> None:
    given(drop_off()).when(grade(route=route, capacity_fade_pct=90)).then()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("internal_resistance_mohm", 501),
        ("max_output_voltage_mv", 60_001),
        ("capacity_fade_pct", 51),
    ],
)
def test_a_worn_battery_is_good_for_no_second_life(field: str, value: Any) -> None:
    scene = given(drop_off()).registered(LICENSED)
    scene.when(grade(route="second_life", **{field: value - 1})).then()
    (remark,) = scene.when(grade(route="second_life", **{field: value})).then("grade_inflated")
    assert remark.subjects == (f"battery:{pack}",)
    assert remark.params["because"] == f"{field} {value} > {value - 1}"


def test_neither_is_one_that_must_be_treated_or_leaks() -> None:
    unsafe = inspect(verdict="treat", condition=["swollen", "leaking"], at=tuesday)
    scene = given(drop_off(), unsafe).registered(LICENSED).when(grade(route="second_life"))
    (remark,) = scene.then("grade_inflated")
    assert remark.params["because"] == "verdict treat, condition leaking"


def test_second_life_is_closed_to_a_site_without_a_licence() -> None:
    scene = given(drop_off()).when(grade(route="second_life"))
    (remark,) = scene.then("second_life_route_closed")
    assert remark.subjects == (f"site:{POINT}",)


def test_a_licence_opens_it_from_its_own_beginning_to_its_end() -> None:
    held = site(licences=["second_life:x"], active_from=wednesday, active_to=saturday)
    scene = given(drop_off()).registered(held)
    scene.when(grade(route="second_life", at=wednesday)).then()
    scene.when(grade(route="second_life", at=wednesday - 1)).then("second_life_route_closed")
    scene.when(grade(route="second_life", at=saturday)).then(
        "site_suspended", "second_life_route_closed"
    )


@pytest.mark.parametrize("licence", ["second_life:e_bike", "second_life:E-Bike", "second-life:x"])
def test_a_licence_for_e_bikes_or_of_another_name_opens_nothing(licence: str) -> None:
    scene = given(drop_off()).registered(site(licences=[licence]))
    scene.when(grade(route="second_life")).then("second_life_route_closed")
