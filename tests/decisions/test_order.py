from typing import Any

import pytest

from custody import decisions
from custody.decisions.order import FOLLOWS
from custody.events import DroppedOff, OrderAdvanced
from custody.terms import HOUR
from tests.given import (
    CENTRE,
    correct,
    drop_off,
    friday,
    monday,
    order,
    ordered_by_phone,
    ordered_online,
    tuesday,
    void,
    wednesday,
)
from tests.gwt import given


def ordered(**said: Any) -> OrderAdvanced:
    return order("ordered", at=monday, **said)


def scheduled(**said: Any) -> OrderAdvanced:
    return order("scheduled", at=tuesday, **said)


def collected(**said: Any) -> OrderAdvanced:
    return order("collected", at=wednesday, **said)


def came_in(**said: Any) -> DroppedOff:
    said = {"at": wednesday - HOUR, "channel": "pickup", "order": ordered_online, **said}
    return drop_off("maker:A1", **said)


def cancelled(**said: Any) -> OrderAdvanced:
    return order("cancelled", **said)


def test_an_order_that_goes_its_way_is_not_remarked() -> None:
    given().when(ordered()).then()
    given(ordered()).when(scheduled()).then()
    given(ordered(), scheduled()).when(collected()).then()


@pytest.mark.parametrize(
    "steps",
    [
        ["ordered", "cancelled"],
        ["ordered", "scheduled", "scheduled"],
        ["ordered", "scheduled", "failed", "scheduled", "collected"],
        ["ordered", "scheduled", "failed", "cancelled"],
    ],
)
def test_an_order_may_take_another_way(steps: list[str]) -> None:
    *before, last = (order(step, at=monday + n * HOUR) for n, step in enumerate(steps))
    given(*before).when(last).then()


@pytest.mark.parametrize(
    "steps",
    [
        ["scheduled"],
        ["cancelled"],
        ["ordered", "ordered"],
        ["ordered", "collected"],
        ["ordered", "scheduled", "collected", "failed"],
        ["ordered", "cancelled", "scheduled"],
    ],
)
def test_a_step_out_of_turn_is_remarked(steps: list[str]) -> None:
    *before, last = (order(step, at=monday + n * HOUR) for n, step in enumerate(steps))
    (remark,) = given(*before).when(last).then("step_out_of_turn")
    assert remark.subjects == (f"order:{ordered_online}",)


def test_what_is_traded_in_over_the_counter_is_collected_at_once() -> None:
    sold = {"service": "trade_in", "sales_reference": "TB-1"}
    given(ordered(**sold)).when(collected(**sold)).then()


def test_a_trade_in_of_no_sale_is_remarked() -> None:
    given().when(ordered(service="trade_in")).then("sales_reference_missing")
    given(ordered(service="trade_in")).when(scheduled(service="trade_in")).then()


def test_another_service_than_was_ordered_is_remarked() -> None:
    given(ordered()).when(scheduled(service="fleet")).then("service_differs")


def test_a_step_that_comes_late_is_judged_by_those_before_it() -> None:
    given(collected(), scheduled()).when(ordered()).then()
    given(ordered(), collected()).when(scheduled()).then()
    given(collected()).when(scheduled()).then("step_out_of_turn")


def test_a_step_that_was_taken_back_was_not_taken() -> None:
    given(ordered(), scheduled(), void(scheduled())).when(collected()).then("step_out_of_turn")


def test_a_step_is_another_order_s_once_it_is_put_right() -> None:
    moved = (ordered(), correct(ordered(), {"order": ordered_by_phone}))
    given(*moved).when(scheduled()).then("step_out_of_turn")
    given(*moved).when(order("ordered", at=monday + HOUR)).then()


def test_a_drop_off_that_fits_its_order_is_not_remarked() -> None:
    given(ordered()).when(came_in()).then()
    given(ordered(), scheduled(), collected()).when(came_in(at=friday)).then()


def test_a_drop_off_under_no_order_asks_for_none() -> None:
    given().when(drop_off("maker:A1")).then()


def test_a_drop_off_under_an_order_that_nobody_placed_is_remarked() -> None:
    given().when(came_in()).then("order_unknown")


def test_an_order_that_is_placed_later_is_known() -> None:
    given(order("ordered", at=friday)).when(came_in()).then()


def test_a_drop_off_under_a_cancelled_order_is_remarked() -> None:
    given(ordered(), cancelled(at=tuesday)).when(came_in()).then("order_cancelled")
    given(ordered(), cancelled(at=friday)).when(came_in()).then()


def test_a_drop_off_under_another_site_s_order_is_remarked() -> None:
    given(ordered(site=CENTRE)).when(came_in()).then("order_of_another_site")
    given(ordered(site=CENTRE), scheduled()).when(came_in()).then()


def test_a_drop_off_by_another_channel_is_remarked() -> None:
    given(ordered()).when(came_in(channel="online")).then("order_of_another_channel")


def test_only_the_steps_of_an_order_are_read_not_what_came_in_under_it() -> None:
    assert f"steps:{ordered_online}" in decisions.reads(came_in())
    assert f"steps:{ordered_online}" in decisions.reads(collected())
    assert f"order:{ordered_online}" in came_in().subjects()
    assert f"steps:{ordered_online}" not in came_in().subjects()


def test_every_step_has_a_turn() -> None:
    steps = {step for follows in FOLLOWS.values() for step in follows}
    assert steps == FOLLOWS.keys() - {None}
