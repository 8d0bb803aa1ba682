"""What metal can be in a battery, a fraction or a material? Always from so much to so much.

Nobody has analysed the pack: the table (data/README.md) is of one size and a few cathodes. So all
of this is intervals, and two of them differ only where they do not overlap.
"""

import csv
from collections.abc import Collection, Iterable
from fractions import Fraction as Ratio
from functools import cache
from importlib.resources import files
from math import ceil, floor
from typing import NamedTuple

METALS = ("li", "ni", "co", "mn", "fe", "cu", "al")
MARGIN = Ratio(20, 100)
"""How far the table may be wrong, either way."""

_CATHODE_METALS = frozenset({"li", "ni", "co", "mn", "fe"})
_CATHODES = {
    "lfp": ("LFP",),
    "lmo": ("LMO",),
    "lmfp": ("LMFP",),
    "lco": ("LCO",),
    "nmc": ("NMC523", "NMC622", "NMC811"),
    "blend": ("LMO", "NMC523", "NMC622", "NMC811"),
}
_NOT_IN_TABLE = frozenset({"nca", "lto", "sodium_ion"})
# Parts per 100,000 of metal: of the salt with its water, and of the dry one.
_METAL_OF = {
    "lithium_carbonate": ("li", 18_785, 18_785),
    "lithium_hydroxide": ("li", 16_539, 28_979),
    "nickel_sulfate": ("ni", 22_329, 37_928),
    "cobalt_sulfate": ("co", 20_965, 38_023),
    "manganese_sulfate": ("mn", 32_504, 36_383),
    "iron_phosphate": ("fe", 29_888, 37_029),
    "copper": ("cu", 100_000, 100_000),
    "aluminium": ("al", 100_000, 100_000),
}
_OF_CELLS = frozenset({"cells", "modules"})


class Interval(NamedTuple):
    """Grams: no less than this, no more than that."""

    low: int
    high: int

    def plus(self, other: "Interval") -> "Interval":
        """Add up what is in two things."""
        return Interval(self.low + other.low, self.high + other.high)


Metals = dict[str, Interval]

NOTHING: Metals = {metal: Interval(0, 0) for metal in METALS}


class Pack(NamedTuple):
    """A pack of the table, in grams."""

    mass: Ratio
    cathode: Ratio
    metals: dict[str, Ratio]


def mass_of(chemistry: str, pieces: int) -> Interval:
    """Return what so many batteries may weigh that nobody weighed."""
    masses = [pack.mass for pack in _packs(chemistry)]
    return _interval(min(masses) * pieces, max(masses) * pieces)


def in_batteries(chemistry: str, mass_g: int, unweighed: int) -> Metals:
    """Return the metals in batteries of a chemistry: of a known mass, and some nobody weighed."""
    found: Metals = {}
    for metal in METALS:
        shares = [pack.metals[metal] / pack.mass for pack in _packs(chemistry)]
        grams = [pack.metals[metal] for pack in _packs(chemistry)]
        low = min(shares) * mass_g + min(grams) * unweighed
        high = max(shares) * mass_g + max(grams) * unweighed
        if chemistry in _NOT_IN_TABLE:
            low = Ratio(0)
        found[metal] = _interval(low * (1 - MARGIN), high * (1 + MARGIN))
    return found


def in_fraction(fraction: str, mass_g: int) -> Metals:
    """Return the metals in a fraction, of whatever cathode it may be.

    Cells hold no less than packs do, gram for gram, and no more than their cathodes could. Of other
    fractions nobody can say.
    """
    found: Metals = {}
    for metal in METALS:
        low, high = Ratio(0), Ratio(1)
        packs = _packs("unknown")
        if fraction in _OF_CELLS:
            low = min(pack.metals[metal] / pack.mass for pack in packs) * (1 - MARGIN)
            high = max(_share_of_cathode(pack, metal) for pack in packs) * (1 + MARGIN)
        elif fraction == "black_mass" and metal in _CATHODE_METALS:
            high = max(_share_of_cathode(pack, metal) for pack in packs) * (1 + MARGIN)
        found[metal] = _interval(low * mass_g, min(high, Ratio(1)) * mass_g)
    return found


def in_material(material: str, mass_g: int, assay_pct: float | None) -> Metals:
    """Return the metal in a recovered material, pure unless an assay says otherwise."""
    if material not in _METAL_OF:
        return NOTHING
    metal, wet, dry = _METAL_OF[material]
    pure = Ratio(mass_g) * Ratio(100 if assay_pct is None else assay_pct) / 100
    return {**NOTHING, metal: _interval(pure * wet / 100_000, pure * dry / 100_000)}


def together(many: Iterable[Metals]) -> Metals:
    """Add up what is in several things."""
    summed = dict(NOTHING)
    for one in many:
        summed = {metal: summed[metal].plus(one[metal]) for metal in METALS}
    return summed


def _interval(low: Ratio, high: Ratio) -> Interval:
    return Interval(floor(low), ceil(high))


def _share_of_cathode(pack: Pack, metal: str) -> Ratio:
    """Return the most of a metal that a gram of cells can hold: they hold the whole cathode."""
    own = pack.metals[metal]
    return own / (pack.cathode if metal in _CATHODE_METALS else pack.cathode + own)


def _packs(chemistry: str) -> Collection[Pack]:
    table = _table()
    return [table[name] for name in _CATHODES.get(chemistry, tuple(table))]


@cache
def _table() -> dict[str, Pack]:
    text = (files("custody.books") / "data" / "materials_48v20ah.csv").read_text(encoding="utf-8")
    return {row["chemistry"]: _pack(row) for row in csv.DictReader(text.splitlines())}


def _pack(row: dict[str, str]) -> Pack:
    grams = {name: Ratio(value) * 1_000 for name, value in row.items() if name != "chemistry"}
    return Pack(
        mass=grams["pack_mass_kg"],
        cathode=grams["cathode_kg_per_kwh"] * Ratio(row["pack_energy_kwh"]),
        metals={metal: grams[f"{metal}_kg"] for metal in METALS},
    )
