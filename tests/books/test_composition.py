"""How much metal can be in a battery, a fraction or a material?"""

import csv
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.books import composition
from custody.books.composition import METALS, NOTHING, Interval
from custody.books.weighing import weighed
from custody.events.vocabulary import Chemistry, Fraction, Material
from tests.codes.shared import golden

CHEMISTRIES = get_args(Chemistry)
NAMES = {
    "NMC523": "nmc", "NMC622": "nmc", "NMC811": "nmc", "LFP": "lfp", "LMO": "lmo",
    "LMFP": "lmfp", "LCO": "lco",
}  # fmt: skip

chemistries = st.sampled_from(CHEMISTRIES)
masses = st.none() | st.integers(0, 30_000)
batteries = st.lists(st.tuples(chemistries, masses), max_size=6)


def test_every_pack_of_the_shared_table_lies_in_what_its_chemistry_may_hold() -> None:
    with golden("materials_48v20ah.csv").open(encoding="utf-8") as table:
        rows = list(csv.DictReader(table))
    assert {row["chemistry"] for row in rows} == NAMES.keys()
    for row in rows:
        mass_g = round(float(row["pack_mass_kg"]) * 1_000)
        for chemistry in (NAMES[row["chemistry"]], "unknown"):
            low, high = composition.mass_of(chemistry, 1)
            assert low <= mass_g <= high
            for mass, unweighed in ((mass_g, 0), (0, 1)):
                held = composition.in_batteries(chemistry, mass, unweighed)
                for metal in METALS:
                    grams = float(row[f"{metal}_kg"]) * 1_000
                    assert held[metal].low <= grams <= held[metal].high


def test_the_table_is_good_to_a_fifth_either_way() -> None:
    """An iron phosphate pack of 8.7 kg holds 95 g of lithium, and 864 g of copper."""
    held = composition.in_batteries("lfp", 8_700, 0)
    assert (held["li"], held["cu"]) == (Interval(76, 114), Interval(691, 1_037))
    assert held == composition.in_batteries("lfp", 0, 1)
    assert held["co"] == Interval(0, 0)


def test_a_known_chemistry_narrows_what_an_unknown_one_may_hold() -> None:
    unknown = composition.in_batteries("unknown", 10_000, 3)
    for chemistry in ("lfp", "nmc", "lmo", "lmfp", "lco", "blend"):
        known = composition.in_batteries(chemistry, 10_000, 3)
        for metal in METALS:
            assert unknown[metal].low <= known[metal].low
            assert known[metal].high <= unknown[metal].high


@pytest.mark.parametrize("chemistry", ["nca", "lto", "sodium_ion"])
def test_of_what_the_table_does_not_know_there_may_be_nothing(chemistry: str) -> None:
    held = composition.in_batteries(chemistry, 8_700, 1)
    assert {one.low for one in held.values()} == {0}
    assert held["li"].high == composition.in_batteries("unknown", 8_700, 1)["li"].high


@given(batteries, batteries)
def test_what_is_weighed_together_is_no_less_certain_than_apart(
    some: list[tuple[str, int | None]], more: list[tuple[str, int | None]]
) -> None:
    """But for the grams that rounding outward adds for each group."""
    one, other, both = weighed(some), weighed(more), weighed([*some, *more])
    assert both.pieces == one.pieces + other.pieces
    assert both.mass_g == one.mass_g + other.mass_g
    assert both.total == one.total.plus(other.total)
    for metal in METALS:
        apart = one.metals[metal].plus(other.metals[metal])
        assert apart.low <= both.metals[metal].low
        assert both.metals[metal].high <= apart.high


@given(chemistries, st.integers(1, 10**7))
def test_no_battery_holds_more_metal_than_it_weighs(chemistry: str, mass_g: int) -> None:
    held = composition.in_batteries(chemistry, mass_g, 0)
    assert sum(one.low for one in held.values()) < mass_g
    assert all(0 <= one.low <= one.high for one in held.values())


@given(st.sampled_from(get_args(Fraction)), st.integers(0, 10**7))
def test_no_fraction_holds_more_of_a_metal_than_it_weighs(fraction: str, mass_g: int) -> None:
    for one in composition.in_fraction(fraction, mass_g).values():
        assert 0 <= one.low <= one.high <= mass_g


@pytest.mark.parametrize("chemistry", [one for one in CHEMISTRIES if one != "unknown"])
def test_the_cells_of_a_pack_can_hold_the_metals_of_the_pack(chemistry: str) -> None:
    """However little of the pack they are: all cathode and no case."""
    pack = composition.in_batteries(chemistry, 8_000, 0)
    for cells_g in (4_000, 6_000, 8_000):
        cells = composition.in_fraction("cells", cells_g)
        for metal in ("ni", "co", "mn"):
            assert cells[metal].low <= pack[metal].high


def test_a_salt_holds_as_much_metal_as_its_water_lets_it() -> None:
    held = composition.in_material("nickel_sulfate", 10_000, None)
    assert held == {**NOTHING, "ni": Interval(2_232, 3_793)}
    half = composition.in_material("nickel_sulfate", 10_000, 50.0)
    assert half["ni"] == Interval(1_116, 1_897)
    assert composition.in_material("lithium_carbonate", 100_000, 99.5)["li"] == Interval(
        18_691, 18_692
    )
    assert composition.in_material("copper", 900, None)["cu"] == Interval(900, 900)
    for other in set(get_args(Material)) - set(composition._METAL_OF):
        assert composition.in_material(other, 900, 10.0) == NOTHING
