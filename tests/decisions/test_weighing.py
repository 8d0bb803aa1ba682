"""Does what arrived weigh what it should?"""

from typing import Any

import pytest

from tests.given import dispatch, drop_off, other, pack, receive, road, third, two
from tests.gwt import given

OUT = (drop_off(mass_g=8700), drop_off(other, mass_g=8300), dispatch(two))


@pytest.mark.parametrize("net_mass_g", [8700, 8874, 8526, None])
def test_a_single_pack_may_be_two_parts_in_a_hundred_off(net_mass_g: int | None) -> None:
    scene = given(drop_off(mass_g=8700), dispatch())
    scene.when(receive(net_mass_g=net_mass_g)).then()


@pytest.mark.parametrize("net_mass_g", [8875, 8525, 0])
def test_a_single_pack_further_off_is_remarked(net_mass_g: int) -> None:
    scene = given(drop_off(mass_g=8700), dispatch()).when(receive(net_mass_g=net_mass_g))
    (remark,) = scene.then("weight_discrepancy")
    assert remark.subjects == (f"consignment:{road}",)
    assert remark.params == {"consignment": road, "net_g": net_mass_g, "expected_g": 8700}


def test_of_a_light_pack_100_g_are_let_pass() -> None:
    scene = given(drop_off(mass_g=1000), dispatch())
    scene.when(receive(net_mass_g=1100)).then()
    scene.when(receive(net_mass_g=1101)).then("weight_discrepancy")


def test_of_a_small_load_two_kilograms_are_let_pass() -> None:
    given(*OUT).when(receive(two, net_mass_g=19_000)).then()
    given(*OUT).when(receive(two, net_mass_g=14_999)).then("weight_discrepancy")


def test_of_a_large_load_one_part_in_a_hundred_is_let_pass() -> None:
    heavy = (drop_off(mass_g=300_000), drop_off(other, mass_g=200_000), dispatch(two))
    given(*heavy).when(receive(two, net_mass_g=505_000)).then()
    given(*heavy).when(receive(two, net_mass_g=505_001)).then("weight_discrepancy")


def test_nothing_weighs_nothing() -> None:
    weightless = drop_off(mass_g=0)
    given(weightless, dispatch()).when(receive(net_mass_g=0)).then()
    given(weightless, dispatch()).when(receive(net_mass_g=101)).then("weight_discrepancy")
    given(*OUT).when(receive([], missing=two, net_mass_g=0)).then("short")


@pytest.mark.parametrize("net_mass_g", [8700, 17_000])
def test_the_rejected_may_have_been_on_the_scale_or_not(net_mass_g: int) -> None:
    given(*OUT).when(receive([pack], rejected=[other], net_mass_g=net_mass_g)).then()


def test_what_came_without_being_sent_was_on_the_scale() -> None:
    scene = given(*OUT, drop_off(third, mass_g=9000))
    scene.when(receive(two, extra=[third], net_mass_g=26_000)).then("not_sent")
    scene.when(receive(two, extra=[third], net_mass_g=17_000)).then(
        "not_sent", "weight_discrepancy"
    )


def test_where_the_books_know_no_mass_it_weighs_no_more_than_it_did_packed() -> None:
    def sent(**said: Any) -> Any:
        return given(drop_off(), drop_off(other, mass_g=8300), dispatch(two, **said))

    sent().when(receive(two, net_mass_g=90_000)).then()
    sent(gross_mass_g=20_000).when(receive(two, net_mass_g=5_000)).then()
    sent(gross_mass_g=20_000).when(receive(two, net_mass_g=22_000)).then()
    scene = sent(gross_mass_g=20_000).when(receive(two, net_mass_g=22_001))
    (remark,) = scene.then("weight_discrepancy")
    assert remark.params["expected_g"] == 20_000
    sent(gross_mass_g=0).when(receive(two, net_mass_g=2_001)).then("weight_discrepancy")


def test_of_a_consignment_that_nobody_reported_the_books_still_know_the_batteries() -> None:
    given(drop_off(mass_g=8700)).when(receive(net_mass_g=4000)).then(
        "receipt_without_dispatch", "weight_discrepancy"
    )
    given().when(receive(net_mass_g=4000)).then("receipt_without_dispatch")
