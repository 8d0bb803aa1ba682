"""Does what arrived weigh what it should?

Scales of class III, damp and straps: a difference counts only beyond both an absolute and a
relative bound, which are narrower for a single pack than for a load.
"""

from collections.abc import Iterator, Sequence

from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import Seen
from custody.events import Dispatched, Received

PACK_G_MAX = 100
PACK_PCT_MAX = 2
LOAD_G_MAX = 2_000
LOAD_PCT_MAX = 1

WEIGHT_DISCREPANCY = Advice(
    "weight_discrepancy",
    "medium",
    "交接单 {consignment} 到货净重 {net_g} 克，而按账面或交出毛重应为 {expected_g} 克。",
    "Consignment {consignment} weighed {net_g} g net on arrival; by the books, or by its gross "
    "mass when it left, {expected_g} g were to be expected.",
)


def remarks(fact: Received, dispatches: Sequence[Dispatched], batteries: Seen) -> Iterator[Remark]:
    """Remark on a net mass that is not the batteries' own, or is more than left with its packing.

    Nothing is said of a mass that nobody told; 0 g has been told.
    """
    if fact.net_mass_g is None:
        return
    expected_g = _expected(fact, fact.net_mass_g, dispatches, batteries)
    if expected_g is not None and not _agree(fact.net_mass_g, expected_g, len(fact.taken)):
        yield WEIGHT_DISCREPANCY(
            f"consignment:{fact.consignment}",
            consignment=fact.consignment,
            net_g=fact.net_mass_g,
            expected_g=expected_g,
        )


def _expected(
    fact: Received, net_g: int, dispatches: Sequence[Dispatched], batteries: Seen
) -> int | None:
    masses = {ref: believed["mass_g"] for ref, believed in batteries}
    taken = _sum([masses[ref] for ref in fact.taken])
    if taken is None:
        gross = _sum([dispatch.gross_mass_g for dispatch in dispatches])
        return gross if dispatches and gross is not None and net_g > gross else None
    rejected = _sum([masses[one.battery] for one in fact.rejected])
    # The load may have been weighed before the rejected ones were put aside.
    both = [taken] if rejected is None else [taken, taken + rejected]
    return min(both, key=lambda expected: abs(net_g - expected))


def _sum(masses: Sequence[int | None]) -> int | None:
    known = [mass for mass in masses if mass is not None]
    return sum(known) if len(known) == len(masses) else None


def _agree(net_g: int, expected_g: int, pieces: int) -> bool:
    grams, percent = (PACK_G_MAX, PACK_PCT_MAX) if pieces == 1 else (LOAD_G_MAX, LOAD_PCT_MAX)
    return abs(net_g - expected_g) * 100 <= max(grams * 100, expected_g * percent)
