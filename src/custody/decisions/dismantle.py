"""拆解: a battery is taken apart. May it be done here, and can that much come out of it?"""

from collections.abc import Iterator

from custody.decisions import facilities
from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import in_hand, seen, under_hold
from custody.events import Dismantled
from custody.events.vocabulary import SiteKind
from custody.state.books import Books
from custody.terms import Millis

KINDS: frozenset[SiteKind] = frozenset(
    {"sorting_centre", "dismantling_base", "second_life_plant", "recycler"}
)
"""Outlets of the collecting kind must not go beyond the safety check (guide 2019 No. 46)."""

LICENCE = "dismantle"

UNEXPLAINED_PCT_MAX = 3
"""Of a battery's mass: brine and evaporated electrolyte take one to three parts in a hundred."""

OUTPUTS_EXCEED_INPUT = Advice(
    "outputs_exceed_input",
    "high",
    "拆解产物与损耗共 {out_g} 克，超过电池质量 {in_g} 克。",
    "Outputs and loss add up to {out_g} g, more than the battery's {in_g} g.",
)
MASS_GAP = Advice(
    "mass_gap",
    "high",
    "电池质量 {in_g} 克，产物共 {out_g} 克，报损 {loss_g} 克："
    f"损耗或去向不明部分超过 {UNEXPLAINED_PCT_MAX}%。",
    "Of the battery's {in_g} g, {out_g} g came out and {loss_g} g are told as loss: more than "
    f"{UNEXPLAINED_PCT_MAX} % is lost or unaccounted for.",
)
DISMANTLING_NOT_ALLOWED = Advice(
    "dismantling_not_allowed",
    "critical",
    "站点 {site} 不具备拆解资质，不得拆解电池。",
    "Site {site} is not one where batteries may be taken apart.",
)
PART_KNOWN = Advice(
    "part_known",
    "high",
    "部件 {part} 在拆出之前已在账面上（{state}）。",
    "The books knew the part {part} ({state}) before it came out of this battery.",
)


def decide(fact: Dismantled, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a battery held or elsewhere, on who takes it apart, and on matter come or gone."""
    batteries = seen(fact, [fact.battery], books)
    yield from in_hand(fact, batteries)
    yield from under_hold(batteries)
    if not facilities.allows(fact, KINDS, LICENCE, books):
        yield DISMANTLING_NOT_ALLOWED(f"site:{fact.site}", site=fact.site)
    for part, believed in seen(fact, fact.children, books):
        if believed["state"] is not None:
            yield PART_KNOWN(f"battery:{part}", part=part, state=believed["state"])
    ((_, battery),) = batteries
    if battery["mass_g"] is not None:
        yield from _balance(fact, battery["mass_g"])


def _balance(fact: Dismantled, in_g: int) -> Iterator[Remark]:
    """Compare masses. Parts with codes of their own may lack a mass, and explain any gap."""
    out_g = sum(output.mass_g for output in fact.outputs)
    loss_g = fact.loss_g or 0
    unexplained_g = 0 if fact.children else in_g - out_g - loss_g
    if out_g + loss_g > in_g:
        yield OUTPUTS_EXCEED_INPUT(f"battery:{fact.battery}", out_g=out_g + loss_g, in_g=in_g)
    elif max(loss_g, unexplained_g) * 100 > in_g * UNEXPLAINED_PCT_MAX:
        yield MASS_GAP(f"battery:{fact.battery}", in_g=in_g, out_g=out_g, loss_g=loss_g)
