"""Which batteries do people bring, in which state, and what is inside them?"""

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
NEARLY_NEW_DAYS = (20, 80)
OLDEST: Final = dt.date(2011, 1, 1)  # the first day that a code can say

SHARES = {"lfp": 50, "nmc": 30, "lmo": 20}
CONDITIONS = {"intact": 89, "damaged": 5, "swollen": 3, "wet": 2, "leaking": 1}
HIDDEN = {"damaged": 3, "swollen": 2, "leaking": 1}
KEPT_AS = {"damaged": "damaged", "swollen": "damaged", "leaking": "defective", "burnt": "defective"}
# Nominal voltage in millivolts, watt-hours a kilogram.
MAKE = {"lfp": (48_000, 110), "nmc": (48_100, 155), "lmo": (48_100, 115)}

FADE_PCT = (10, 75, 25)  # least, most, likeliest
RESISTANCE_MOHM = (40, 620, 140)
FADE_PCT_MAX = 50  # beyond these a pack is scrap
RESISTANCE_MOHM_MAX = 500
CHARGED_PCT = 45


@dataclass(slots=True, eq=False)
class Pack:
    """A battery as it is, whatever is written about it."""

    ref: str
    chemistry: str
    nominal_voltage_mv: int
    rated_capacity_mah: int
    mass_g: int
    fade_pct: int
    resistance_mohm: int
    charge_pct: int
    condition: str = "intact"
    hidden: str = ""
    """What a closer look will show."""
    older: str = ""
    """The code that it had before its label came off."""
    goes_to: str = ""
    """The site that a sorting centre has chosen for it."""
    is_module: bool = False
    ready: bool = False
    """Nothing is left to be done with it where it is."""
    held: bool = False
    """An authority has laid its hand on it, and somebody has put it aside."""

    @property
    def kept_as(self) -> str:
        """The class it is to be stored and packed in, by what anyone can see."""
        return KEPT_AS.get(self.condition, "normal")

    @property
    def is_worn_out(self) -> bool:
        """Whether it is beyond a limit of the health check."""
        return self.fade_pct > FADE_PCT_MAX or self.resistance_mohm > RESISTANCE_MOHM_MAX


def make(rng: Random, serial: int, at: Millis, new_tag: Callable[[], str]) -> Pack:
    """Make up the battery that somebody brings; one without a code gets the next tag."""
    chemistry = pick(rng, SHARES)
    voltage_mv, wh_a_kg = MAKE[chemistry]
    capacity_mah = rng.choice(CAPACITIES_MAH)
    mass_g = voltage_mv * capacity_mah // wh_a_kg // 1000 * rng.randint(940, 1060) // 1000
    uncoded = rng.random() < rates.UNCODED
    ref = f"tag:{new_tag()}" if uncoded else code(rng, chemistry, serial, at)
    condition = pick(rng, CONDITIONS)
    hides = condition == "intact" and rng.random() < rates.HIDDEN
    charged = rng.random() < rates.HIGHLY_CHARGED
    return Pack(
        *(ref, chemistry, voltage_mv, capacity_mah, mass_g),
        fade_pct=round(rng.triangular(*FADE_PCT)),
        resistance_mohm=round(rng.triangular(*RESISTANCE_MOHM)),
        charge_pct=rng.randint(CHARGED_PCT, 80) if charged else rng.randint(5, CHARGED_PCT - 1),
        condition=condition,
        hidden=pick(rng, HIDDEN) if hides else "",
    )


def describe(rng: Random, pack: Pack) -> dict[str, Any]:
    """Write down what a point can see of the battery; without a code, the chemistry is a guess."""
    known = not pack.ref.startswith("tag:") or rng.random() < 0.5
    return {
        "code": pack.ref,
        "chemistry": pack.chemistry if known else "unknown",
        "nominal_voltage_mv": pack.nominal_voltage_mv,
        "rated_capacity_mah": pack.rated_capacity_mah,
        "mass_g": pack.mass_g,
        "condition": [pack.condition],
    }


def code(
    rng: Random, chemistry: str, serial: int, at: Millis, product: str = "P", *, new: bool = False
) -> str:
    """Make up a maker's code; a new one is a second-life product's, of the same day."""
    today = (EPOCH + at * MILLISECOND).date()
    ages = NEARLY_NEW_DAYS if rng.random() < rates.NEARLY_NEW else AGE_DAYS
    day = today if new else max(today - dt.timedelta(rng.randint(*ages)), OLDEST)
    design = rng.choice(MAKERS), product, LETTERS[chemistry], "48"
    trace = "" if new else base36(serial // 10**7, 7)
    return f"gbt34014:{gbt34014(*design, trace, date=day, serial=serial % 10**7)}"
