from typing import Any

import pytest

from custody.importing.emanifest.quantities import grams
from tests.importing.manifests import (
    NUMBER,
    line,
    manifest,
    of_type,
    remarked,
)

ONE = f"maker:{NUMBER}.L1"


@pytest.mark.parametrize(
    ("quantity", "unit", "mass_g"),
    [
        (0, "K", 0),
        (1, "P", 454),
        (345, "P", 156_489),
        (2, "T", 1_814_369),
        (3, "M", 3_000_000),
        *((7, unit, None) for unit in "GLYN"),
    ],
)
def test_nought_is_a_mass_and_a_volume_is_none(
    quantity: int, unit: Any, mass_g: int | None
) -> None:
    assert grams(quantity, unit) == mass_g
    value = manifest(wastes=[line(1, quantity, unit)])
    (drop_off,) = of_type("drop_off", value)
    (dispatch,) = of_type("dispatch", value)
    assert drop_off["battery"].get("mass_g") == mass_g
    assert dispatch.get("gross_mass_g") == mass_g
    assert ("not_weighed" in remarked(value)) == (mass_g is None)


def test_the_whole_is_weighed_when_every_line_is() -> None:
    (dispatch,) = of_type("dispatch", manifest(wastes=[line(1), line(2, 1, "P")]))
    assert dispatch["gross_mass_g"] == 100_454
    (dispatch,) = of_type("dispatch", manifest(wastes=[line(1), line(2, 1, "G")]))
    assert "gross_mass_g" not in dispatch


@pytest.mark.parametrize(
    ("quantity", "note"),
    [
        (None, None),
        ({}, None),
        ({"containerNumber": 0}, "0"),
        ({"containerNumber": 3, "containerType": {"code": "BA"}}, "3 BA"),
        ({"quantity": 0, "unitOfMeasurement": {"code": "L"}}, "0 L"),
        ({"unitOfMeasurement": {"code": "K"}}, None),
    ],
)
def test_a_line_that_says_little_is_handed_over_all_the_same(
    quantity: Any, note: str | None
) -> None:
    value = manifest(wastes=[{**line(), "quantity": quantity}])
    (drop_off,) = of_type("drop_off", value)
    assert drop_off["battery"] == {"code": ONE}
    assert drop_off.get("note") == note


def test_a_dispatch_bears_one_un_number_or_none() -> None:
    def bearing(*numbers: str) -> dict[str, Any]:
        return manifest(
            wastes=[
                line(at, dotInformation={"idNumber": {"code": code}, "printedDotInformation": "-"})
                for at, code in enumerate(numbers, 1)
            ]
        )

    for numbers, un_number in (
        (["UN3480", "UN3480"], "3480"),
        (["UN3480", "NA1993"], "3480"),
        (["NA1993"], None),
        (["UN3480", "UN3481"], None),
    ):
        (dispatch,) = of_type("dispatch", bearing(*numbers))
        assert dispatch.get("un_number") == un_number
    assert "un_numbers_differ" in remarked(bearing("UN3480", "UN3481"))
