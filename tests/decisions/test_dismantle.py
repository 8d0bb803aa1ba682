from typing import Any

import pytest

from tests.given import POINT, dismantle, drop_off, inspect, pack, sunday, void
from tests.gwt import given

WEIGHED = drop_off(mass_g=8700)


def dismantled(*masses: int, **said: Any) -> Any:
    outputs = [{"fraction": "cells", "mass_g": mass} for mass in masses]
    return dismantle(site=POINT, outputs=outputs, **said)


@pytest.mark.parametrize("masses", [[8700], [5000, 3700], [1], []])
def test_no_more_comes_out_than_went_in(masses: list[int]) -> None:
    given(WEIGHED).when(dismantled(*masses)).then()


def test_matter_out_of_nowhere_is_remarked() -> None:
    (remark,) = given(WEIGHED).when(dismantled(5000, 3701)).then("outputs_exceed_input")
    assert remark.subjects == (f"battery:{pack}",)
    assert remark.params == {"out_g": 8701, "in_g": 8700}


def test_what_was_lost_came_out_as_well() -> None:
    given(WEIGHED).when(dismantled(8000, loss_g=701)).then("outputs_exceed_input")


def test_the_last_weighing_counts() -> None:
    given(WEIGHED, inspect(mass_g=9000)).when(dismantled(8900)).then()
    given(WEIGHED, inspect(mass_g=9000, at=sunday)).when(dismantled(8900)).then(
        "outputs_exceed_input"
    )


def test_of_a_battery_that_nobody_weighed_anything_may_come() -> None:
    given(drop_off()).when(dismantled(99_000)).then()


def test_a_battery_dismantled_twice_is_remarked() -> None:
    first = dismantled(1)
    given(drop_off(), first).when(dismantled(1, at=sunday)).then("after_the_end")
    given(drop_off(), first, void(first)).when(dismantled(1, at=sunday)).then()
