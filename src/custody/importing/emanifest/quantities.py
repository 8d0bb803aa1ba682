"""How many grams is what a waste line says? Volumes have no mass; nought is a mass."""

from fractions import Fraction
from typing import Final, Literal

Unit = Literal["P", "T", "K", "M", "G", "L", "Y", "N"]

POUND_G: Final = Fraction(45_359_237, 100_000)
"""The international pound, exactly."""

GRAMS: Final[dict[str, Fraction]] = {
    "P": POUND_G,
    "T": 2_000 * POUND_G,
    "K": Fraction(1_000),
    "M": Fraction(1_000_000),
}
"""Units of mass; G, L, Y and N are gallons, litres, cubic yards and cubic metres."""


def grams(quantity: int, unit: Unit) -> int | None:
    """Return a quantity in whole grams, or None if it was not weighed."""
    return round(quantity * GRAMS[unit]) if unit in GRAMS else None
