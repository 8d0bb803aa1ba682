from typing import Any

import pytest

from tests.given import drop_off, inspect, pack
from tests.gwt import given

AT_THE_LIMIT: dict[str, Any] = {
    "internal_resistance_mohm": 500,
    "max_output_voltage_mv": 60_000,
    "capacity_fade_pct": 50,
}


@pytest.mark.parametrize(("field", "limit"), AT_THE_LIMIT.items())
def test_a_battery_beyond_a_limit_of_the_health_check_does_not_pass(field: str, limit: Any) -> None:
    scene = given(drop_off())
    scene.when(inspect(verdict="pass", **{field: limit})).then()
    (remark,) = scene.when(inspect(verdict="pass", **{field: limit + 1})).then("verdict_too_mild")
    assert remark.subjects == (f"battery:{pack}",)
    assert remark.params["limits"] == f"{field} {limit + 1} > {limit}"


@pytest.mark.parametrize("verdict", ["treat", "scrap"])
def test_whoever_does_not_pass_it_is_told_nothing(verdict: str) -> None:
    worn = inspect(verdict=verdict, capacity_fade_pct=90, condition=["leaking"])
    given(drop_off()).when(worn).then()


def test_what_was_not_measured_breaks_no_limit_and_nothing_is_a_number() -> None:
    given(drop_off()).when(inspect(verdict="pass")).then()
    zeros: dict[str, Any] = dict.fromkeys(AT_THE_LIMIT, 0)
    given(drop_off()).when(inspect(verdict="pass", **zeros)).then()


def test_every_limit_that_is_broken_is_named() -> None:
    worn = {field: limit + 1 for field, limit in AT_THE_LIMIT.items()}
    (remark,) = given(drop_off()).when(inspect(verdict="pass", **worn)).then("verdict_too_mild")
    assert remark.params["limits"].count(">") == 3


@pytest.mark.parametrize("condition", ["leaking", "deformed", "burnt", "opened"])
def test_what_nobody_may_pack_does_not_pass_however_it_measures(condition: str) -> None:
    found = inspect(verdict="pass", condition=["wet", condition])
    (remark,) = given(drop_off()).when(found).then("verdict_too_mild")
    assert remark.params["limits"] == f"condition {condition}"
    given(drop_off()).when(inspect(verdict="pass", condition=["wet", "damaged"])).then()
