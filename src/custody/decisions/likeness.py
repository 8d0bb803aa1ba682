"""Can two descriptions be of one pack? One code on two packs gives itself away."""

from collections.abc import Iterator

from custody.events.vocabulary import Chemistry
from custody.events.whereabouts import Whereabouts

MASS_APART_PCT_MAX = 15
"""Scales differ and packs get wet; further apart it is another pack (a sign of cloned codes)."""

MIXED: frozenset[Chemistry] = frozenset({"lmo", "nmc"})
"""What a blend is made of, and may well be taken for."""


def differences(chemistry: Chemistry | None, mass_g: int | None, known: Whereabouts) -> list[str]:
    """Say in what a description differs from the books, in words that need no translation."""
    return [f"{field} {said} ≠ {was}" for field, said, was in _differing(chemistry, mass_g, known)]


def _differing(
    chemistry: Chemistry | None, mass_g: int | None, known: Whereabouts
) -> Iterator[tuple[str, str | int, str | int]]:
    if chemistry is not None and not _may_be_one(chemistry, known["chemistry"]):
        yield "chemistry", chemistry, known["chemistry"]
    weighed = known["mass_g"]
    if mass_g is not None and weighed is not None and _apart(mass_g, weighed):
        yield "mass_g", mass_g, weighed


def _may_be_one(one: Chemistry, other: Chemistry) -> bool:
    both = {one, other}
    return len(both) == 1 or "unknown" in both or ("blend" in both and both & MIXED != set())


def _apart(one: int, other: int) -> bool:
    return abs(one - other) * 100 > MASS_APART_PCT_MAX * max(one, other)
