"""What comes out of a battery when it is taken apart, and out of its cells in the end?"""

from collections import Counter
from collections.abc import Mapping
from random import Random
from typing import Any

from custody.demo import packs, rates
from custody.demo.chance import Seldom
from custody.demo.packs import Pack
from custody.terms import Millis

# Of a pack, in thousandths; the rest is cells.
FRACTIONS = {
    "plastic": 80,
    "steel": 45,
    "aluminium": 35,
    "electronics": 30,
    "cable": 25,
    "copper": 15,
}
LOSS_PERMILLE = (10, 24)  # brine and evaporated electrolyte
UNWEIGHED_PERMILLE = (0, 4)  # dust, and what each scale rounds off
MODULES = 2

# Of what is recycled, in thousandths of its mass, as pure salts: by molar masses and the yields
# that the industry conditions ask for. Sulfates weigh more than the metal in them.
MATERIALS = {
    "lfp": {"lithium_carbonate": 55, "iron_phosphate": 255, "copper": 96, "aluminium": 52},
    "nmc": {
        "lithium_carbonate": 99,
        "nickel_sulfate": 347,
        "cobalt_sulfate": 149,
        "manganese_sulfate": 134,
        "copper": 109,
        "aluminium": 50,
    },
    "lmo": {"lithium_carbonate": 59, "manganese_sulfate": 522, "copper": 96, "aluminium": 49},
}
GRAPHITE_PERMILLE = 130
RESIDUE_PERMILLE = 150
ASSAY_PERMILLE = (975, 996)


def take_apart(rng: Random, seldom: Seldom, pack: Pack) -> dict[str, Any]:
    """Weigh what comes out: with the loss it is nearly what the battery weighed."""
    loss_g = pack.mass_g * rng.randint(*LOSS_PERMILLE) // 1000
    unweighed_g = pack.mass_g * rng.randint(*UNWEIGHED_PERMILLE) // 1000
    masses = {name: pack.mass_g * share // 1000 for name, share in FRACTIONS.items()}
    masses["cells"] = pack.mass_g - loss_g - unweighed_g - sum(masses.values())
    if seldom("fraction_forgotten"):
        del masses["plastic"]
    if seldom("scale_not_reset"):
        masses["cells"] += 500
    outputs = [{"fraction": name, "mass_g": mass_g} for name, mass_g in masses.items()]
    return {"outputs": outputs, "loss_g": loss_g}


def modules_of(rng: Random, pack: Pack, at: Millis) -> list[Pack]:
    """Make up the modules of a pack, if they are such that have codes of their own."""
    if rng.random() >= rates.WITH_MODULES:
        return []
    serial = rng.randrange(10**7 - MODULES)
    mass_g = pack.mass_g * 3 // 4 // MODULES
    return [
        Pack(
            packs.code(rng, pack.chemistry, serial + n, at, "M"),
            *(pack.chemistry, pack.nominal_voltage_mv // MODULES, pack.rated_capacity_mah),
            *(mass_g, pack.fade_pct, pack.resistance_mohm, pack.charge_pct),
            is_module=True,
        )
        for n in range(MODULES)
    ]


def win_back(rng: Random, mass_g: Mapping[str, int]) -> list[dict[str, Any]]:
    """Weigh the materials that come out of so much of each chemistry."""
    pure: Counter[str] = Counter()
    for chemistry, grams in mass_g.items():
        for material, share in (*MATERIALS[chemistry].items(), ("graphite", GRAPHITE_PERMILLE)):
            pure[material] += grams * share // 1000
    assays = {material: rng.randint(*ASSAY_PERMILLE) for material in sorted(pure)}
    return [
        {"material": name, "mass_g": pure[name] * 1000 // assay, "assay_pct": assay / 10}
        for name, assay in assays.items()
    ]


def residue_g(mass_g: Mapping[str, int]) -> int:
    """Weigh what is left of it in the end."""
    return sum(mass_g.values()) * RESIDUE_PERMILLE // 1000
