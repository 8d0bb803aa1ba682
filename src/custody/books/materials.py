"""物料: what went into processing, what came out of it, and can the one have been the other?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction as Ratio
from typing import Literal

from custody.books import behind, composition
from custody.books.asking import Asked, Span
from custody.books.behind import Behind
from custody.books.book import Sources
from custody.books.composition import Interval, Metals
from custody.books.weighing import Weighed, put_in
from custody.events import Recovered
from custody.projections import entries, matter
from custody.projections.tables import Row

DISMANTLING_TOLERANCE = Ratio(3, 100)
"""Of the mass put in: what may be lost unsaid, or weighed wrongly."""

RECOVERY_TOLERANCE = Ratio(2, 100)
"""How much more metal may be recovered than was there at most."""

NORMS = {"li": Ratio(90, 100), **dict.fromkeys(("ni", "co", "mn"), Ratio(98, 100))}
"""What must be recovered at least of what was there, by the industry's conditions of 2024."""

MOVEMENTS_AT_ONCE = 500

Verdict = Literal["balanced", "short", "over"]

_BEFORE = -(2**53)


@dataclass(frozen=True, slots=True)
class Balance:
    """What was put in against what came out."""

    put_in: Interval
    out_g: int

    @property
    def tolerance_g(self) -> int:
        """Return what may be missing or too much."""
        return int(self.put_in.high * DISMANTLING_TOLERANCE)

    @property
    def difference(self) -> Interval:
        """Return what is not accounted for; below nothing, more came out than was put in."""
        return Interval(self.put_in.low - self.out_g, self.put_in.high - self.out_g)

    @property
    def verdict(self) -> Verdict:
        """Say whether the one can have been the other."""
        if self.difference.high < -self.tolerance_g:
            return "over"
        return "short" if self.difference.low > self.tolerance_g else "balanced"


def judged(contained: Interval, made: Interval, metal: str) -> Verdict:
    """Judge what was recovered of a metal. Only what cannot be true is called so."""
    if made.low > contained.high * (1 + RECOVERY_TOLERANCE):
        return "over"
    return "short" if made.high < contained.low * NORMS.get(metal, Ratio(0)) else "balanced"


def contained(fact: Recovered, batteries: Weighed) -> Metals:
    """Return the metals in what was put into a recovery."""
    fractions = [composition.in_fraction(one.fraction, one.mass_g) for one in fact.inputs]
    return composition.together([batteries.metals, *fractions])


def made(fact: Recovered) -> Metals:
    """Return the metals in what came out of a recovery."""
    return composition.together(
        composition.in_material(one.material, one.mass_g, one.assay_pct) for one in fact.outputs
    )


def recoveries(sources: Sources, asked: Asked) -> tuple[Metals, Metals]:
    """Return the metals in all that was put into recoveries, and in all that came out."""
    into, out = composition.NOTHING, composition.NOTHING
    for found in _recoveries(sources, asked):
        batteries = put_in(sources, asked, found)
        facts = [one.fact for one in found if isinstance(one.fact, Recovered)]
        into = composition.together([into, *(contained(one, batteries[one.id]) for one in facts)])
        out = composition.together([out, *map(made, facts)])
    return into, out


def fractions(sources: Sources, asked: Asked) -> list[Row]:
    """Return each fraction: what was there, what came of it, what was used up, what is left."""
    before = Span(_BEFORE, asked.span.first)
    opening, moved = (
        matter.sums(sources.connection, asked.site, (span.first, span.end), asked.known)
        for span in (before, asked.span)
    )
    told = [_fraction(name, opening, moved) for name in matter.FRACTIONS]
    return [row for row in told if any(row[name] for name in row if name != "fraction")]


def loss(sources: Sources, asked: Asked) -> int:
    """Return what was lost in dismantling, so far as it was said."""
    span = (asked.span.first, asked.span.end)
    moved = matter.sums(sources.connection, asked.site, span, asked.known)
    return sum(row["loss_g"] for row in moved.values())


def materials(sources: Sources, asked: Asked) -> list[Row]:
    """Return how much of each material was recovered."""
    span = (asked.span.first, asked.span.end)
    moved = matter.sums(sources.connection, asked.site, span, asked.known).get("recover")
    found = {name: matter.material(moved, name) for name in matter.MATERIALS} if moved else {}
    return [{"material": name, "mass_g": grams} for name, grams in found.items() if grams]


def _fraction(name: str, opening: dict[str, Row], moved: dict[str, Row]) -> Row:
    start = sum(matter.fraction(one, name) for one in opening.values())
    by_type = {type_: matter.fraction(one, name) for type_, one in moved.items()}
    return {
        "fraction": name,
        "opening_g": start,
        "produced_g": by_type.get("dismantle", 0),
        "recovered_g": -by_type.get("recover", 0),
        "disposed_g": -by_type.get("dispose", 0),
        "closing_g": start + sum(by_type.values()),
    }


def _recoveries(sources: Sources, asked: Asked) -> Iterator[Sequence[Behind]]:
    span = (asked.span.first, asked.span.end)
    ids = sorted(entries.ids(sources.connection, asked.site, {"recover"}, span, known=asked.known))
    for first in range(0, len(ids), MOVEMENTS_AT_ONCE):
        some = ids[first : first + MOVEMENTS_AT_ONCE]
        yield list(behind.movements(sources.ledger, some, asked.known).values())
