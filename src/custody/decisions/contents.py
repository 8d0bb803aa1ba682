"""How much of a recovered material was in the battery, and how much did the process bring in?

A kilogram of black mass makes more than a kilogram of sulfates, for acid and water join in. Only
what cannot have come from anywhere else is counted against what went in.
"""

from collections.abc import Iterable

from custody.events.ending import Recovery
from custody.events.vocabulary import Material

PERMILLE: dict[Material, int] = {
    "lithium_carbonate": 187,  # Li in Li2CO3
    "lithium_hydroxide": 165,  # Li in LiOH·H2O
    "nickel_sulfate": 223,  # Ni in NiSO4·6H2O
    "cobalt_sulfate": 209,  # Co in CoSO4·7H2O
    "manganese_sulfate": 325,  # Mn in MnSO4·H2O
    "graphite": 1000,
    "copper": 1000,
    "aluminium": 1000,
    "iron_phosphate": 464,  # Fe and P in FePO4·2H2O
    "other": 0,  # who knows
}
"""By molar masses, of the form that is sold; parts in a thousand, rounded down."""


def out_of_the_battery_g(outputs: Iterable[Recovery]) -> int:
    """Return how many grams of these materials were in what went in, at the least."""
    return sum(map(_grams, outputs))


def _grams(output: Recovery) -> int:
    purity_pct = 100.0 if output.assay_pct is None else output.assay_pct
    return int(output.mass_g * PERMILLE[output.material] * purity_pct / 100_000)
