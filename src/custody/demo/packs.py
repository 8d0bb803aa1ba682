"""Which batteries do people bring, and what is inside them?"""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Any, Final

from custody.codes import CHEMISTRIES, gbt34014
from custody.codes.mod37_36 import base36
from custody.demo import rates
from custody.demo.chance import pick
from custody.terms import EPOCH, MILLISECOND, Millis

MAKERS = ("ZX1", "ZX2", "ZX3", "ZX7")  # of nobody: assigned codes begin with other letters
LETTERS = {chemistry: letter for letter, chemistry in CHEMISTRIES.items()}
CAPACITIES_MAH = (10_000, 12_000, 15_000, 20_000, 24_000)
AGE_DAYS = (400, 2200)
OLDEST: Final = dt.date(2011, 1, 1)  # the first day that a code can say

SHARES = {"lfp": 50, "nmc": 30, "lmo": 20}
CONDITIONS = {"intact": 88, "damaged": 7, "swollen": 4, "wet": 1}
# Nominal voltage in millivolts, watt-hours a kilogram.
MAKE = {"lfp": (48_000, 110), "nmc": (48_100, 155), "lmo": (48_100, 115)}

# Of a pack, in thousandths; the rest is cells.
FRACTIONS = {
    "plastic": 80,
    "steel": 45,
    "aluminium": 35,
    "electronics": 30,
    "cable": 25,
    "copper": 15,
}
LOSS_PERMILLE = (10, 30)  # brine and evaporated electrolyte


@dataclass(slots=True)
class Pack:
    """A battery as it is, whatever is written about it."""

    ref: str
    chemistry: str
    nominal_voltage_mv: int
    rated_capacity_mah: int
    mass_g: int


def make(rng: Random, serial: int, at: Millis, new_tag: Callable[[], str]) -> Pack:
    """Make up the battery that somebody brings; one without a code gets the next tag."""
    chemistry = pick(rng, SHARES)
    voltage_mv, wh_a_kg = MAKE[chemistry]
    capacity_mah = rng.choice(CAPACITIES_MAH)
    mass_g = voltage_mv * capacity_mah // wh_a_kg // 1000 * rng.randint(940, 1060) // 1000
    if rng.random() < rates.UNCODED:
        ref = f"tag:{new_tag()}"
    else:
        ref = f"gbt34014:{_code(rng, chemistry, serial, at)}"
    return Pack(ref, chemistry, voltage_mv, capacity_mah, mass_g)


def describe(rng: Random, pack: Pack) -> dict[str, Any]:
    """Write down what a point can see of the battery; without a code, the chemistry is a guess."""
    known = not pack.ref.startswith("tag:") or rng.random() < 0.5
    condition = pick(rng, CONDITIONS)
    return {
        "code": pack.ref,
        "chemistry": pack.chemistry if known else "unknown",
        "nominal_voltage_mv": pack.nominal_voltage_mv,
        "rated_capacity_mah": pack.rated_capacity_mah,
        "mass_g": pack.mass_g,
        "condition": [condition],
    }


def take_apart(rng: Random, pack: Pack) -> dict[str, Any]:
    """Weigh what comes out: the fractions and the loss make up the battery's mass to the gram."""
    loss_g = pack.mass_g * rng.randint(*LOSS_PERMILLE) // 1000
    masses = {name: pack.mass_g * share // 1000 for name, share in FRACTIONS.items()}
    masses["cells"] = pack.mass_g - loss_g - sum(masses.values())
    outputs = [{"fraction": name, "mass_g": mass_g} for name, mass_g in masses.items()]
    return {"outputs": outputs, "loss_g": loss_g}


def _code(rng: Random, chemistry: str, serial: int, at: Millis) -> str:
    day = (EPOCH + at * MILLISECOND).date() - dt.timedelta(rng.randint(*AGE_DAYS))
    design = rng.choice(MAKERS), "P", LETTERS[chemistry], "48"
    serial_of_day, trace = serial % 10**7, base36(serial // 10**7, 7)
    return gbt34014(*design, trace, date=max(day, OLDEST), serial=serial_of_day)
