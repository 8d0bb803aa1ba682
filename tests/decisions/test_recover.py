from typing import Any

import pytest

from tests.given import CENTRE, drop_off, friday, other, pack, recover, site, sunday, two
from tests.gwt import given

RECYCLER = site(CENTRE, kind="recycler")
WEIGHED = drop_off(site=CENTRE, mass_g=8700)


def recovered(batteries: Any = (pack,), /, inputs: Any = None, **masses: int) -> Any:
    outputs = [{"material": material, "mass_g": mass} for material, mass in masses.items()]
    return recover(batteries, outputs=outputs, inputs=inputs)


def test_a_recycler_recovers_no_more_than_went_in() -> None:
    scene = given(WEIGHED).registered(RECYCLER)
    scene.when(recovered(copper=8700)).then()
    recovering = recovered(copper=8000, aluminium=701)
    (remark,) = scene.when(recovering).then("recovered_exceeds_input")
    assert remark.subjects == (f"movement:{recovering.id}",)
    assert remark.params == {"in_g": 8700, "out_g": 8701}


def test_acid_and_water_join_in() -> None:
    scene = given(WEIGHED).registered(RECYCLER)
    scene.when(recovered(nickel_sulfate=20_000, graphite=4_240)).then()
    scene.when(recovered(nickel_sulfate=20_000, graphite=4_241)).then("recovered_exceeds_input")
    scene.when(recovered(other=1_000_000)).then()


def test_what_is_not_pure_is_less() -> None:
    half = [{"material": "copper", "mass_g": 17_400, "assay_pct": 50}]
    given(WEIGHED).registered(RECYCLER).when(recover(outputs=half)).then()
    most = [{"material": "copper", "mass_g": 17_402, "assay_pct": 50}]
    given(WEIGHED).registered(RECYCLER).when(recover(outputs=most)).then("recovered_exceeds_input")


def test_fractions_and_batteries_go_in_together() -> None:
    inputs = [{"fraction": "black_mass", "mass_g": 300}, {"fraction": "copper", "mass_g": 1000}]
    scene = given(WEIGHED).registered(RECYCLER)
    scene.when(recovered(inputs=inputs, copper=10_000)).then()
    scene.when(recovered(inputs=inputs, copper=10_001)).then("recovered_exceeds_input")
    scene = given().registered(RECYCLER)
    scene.when(recovered([], inputs=inputs, copper=1_301)).then("recovered_exceeds_input")


def test_of_what_nobody_weighed_anything_may_come() -> None:
    unweighed = drop_off(other, site=CENTRE)
    given(WEIGHED, unweighed).registered(RECYCLER).when(recovered(two, copper=99_000)).then()
    given().registered(RECYCLER).when(recovered([], copper=99_000)).then()


def test_a_mass_of_nothing_is_a_mass() -> None:
    given(drop_off(site=CENTRE, mass_g=0)).registered(RECYCLER).when(recovered(copper=1)).then(
        "recovered_exceeds_input"
    )


@pytest.mark.parametrize("kind", ["sorting_centre", "dismantling_base", "disposal_site"])
def test_nobody_else_recovers_without_a_licence(kind: str) -> None:
    scene = given(WEIGHED).registered(site(CENTRE, kind=kind)).when(recovered())
    (remark,) = scene.then("not_a_recycler")
    assert remark.subjects == (f"site:{CENTRE}",)
    licensed = site(CENTRE, kind=kind, licences=["recover"], active_from=friday)
    given(WEIGHED).registered(licensed).when(recovered()).then()


def test_a_battery_that_is_no_more_is_remarked() -> None:
    scene = given(WEIGHED, recovered()).registered(RECYCLER)
    scene.when(recover(at=sunday)).then("after_the_end")
