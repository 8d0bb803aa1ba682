"""Can two descriptions be of one pack? One code on two packs gives itself away."""

from custody.events.vocabulary import Chemistry
from custody.events.whereabouts import Whereabouts

MASS_APART_PCT_MAX = 15
"""Scales differ and packs get wet; further apart it is another pack."""

MIXED: frozenset[Chemistry] = frozenset({"blend", "lmo", "nmc"})
"""A blend is mostly of these two, and may well be taken for either."""


def unlike(
    chemistry: Chemistry | None, mass_g: int | None, other: Whereabouts
) -> list[tuple[str, str, str]]:
    """Say in what a description differs from the books: field, what is said, what was said."""
    found = []
    known = other["chemistry"]
    if chemistry not in (None, "unknown", known) and known != "unknown":
        assert chemistry is not None
        if not ("blend" in (chemistry, known) and {chemistry, known} <= MIXED):
            found.append(("chemistry", chemistry, known))
    weighed = other["mass_g"]
    if mass_g is not None and weighed is not None:
        if abs(mass_g - weighed) * 100 > MASS_APART_PCT_MAX * max(mass_g, weighed):
            found.append(("mass_g", str(mass_g), str(weighed)))
    return found


def told(differences: list[tuple[str, str, str]]) -> str:
    """Write differences down in a way that needs no translation."""
    return ", ".join(f"{field} {said} ≠ {known}" for field, said, known in differences)
