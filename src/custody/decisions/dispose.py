"""最终处置: batteries or fractions are disposed of. May it be here, and what do they weigh?"""

from collections.abc import Iterator

from custody.decisions import facilities
from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import in_hand, seen, subjects, under_hold
from custody.events import Disposed
from custody.events.vocabulary import SiteKind
from custody.state.books import Books
from custody.terms import Millis

KINDS: frozenset[SiteKind] = frozenset({"disposal_site"})
LICENCE = "dispose"

NOT_A_DISPOSAL_SITE = Advice(
    "not_a_disposal_site",
    "high",
    "站点 {site} 不是处置场所，也没有相应许可。",
    "Site {site} is no place of final disposal, and has no licence to be one.",
)
NEVER_WEIGHED = Advice(
    "never_weighed",
    "medium",
    "{pieces} 块电池至处置时仍无质量记录，物料平衡无法闭合。",
    "{pieces} of the batteries were never weighed by anybody: the mass balance cannot close.",
)
NOTHING_WEIGHED = Advice(
    "nothing_weighed",
    "low",
    "所处置物料的总质量为 0 克；请核对称重。",
    "The fractions disposed of weigh 0 g in all; check the scale.",
)


def decide(fact: Disposed, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on batteries held or elsewhere, on who disposes of them, and on mass nobody told."""
    batteries = seen(fact, fact.batteries, books)
    yield from in_hand(fact, batteries)
    yield from under_hold(batteries)
    if not facilities.allows(fact, KINDS, LICENCE, books):
        yield NOT_A_DISPOSAL_SITE(f"site:{fact.site}", site=fact.site)
    unweighed = [ref for ref, believed in batteries if believed["mass_g"] is None]
    if unweighed:
        yield NEVER_WEIGHED(*subjects(unweighed), pieces=len(unweighed))
    if fact.fractions and not any(one.mass_g for one in fact.fractions):
        yield NOTHING_WEIGHED(f"movement:{fact.id}")
