"""再生利用: matter goes into a process. May it be done here, and can that much come out?"""

from collections.abc import Iterator

from custody.decisions import facilities
from custody.decisions.advice import Advice, Remark
from custody.decisions.contents import out_of_the_battery_g
from custody.decisions.handling import Seen, in_hand, seen, under_hold
from custody.events import Recovered
from custody.events.vocabulary import SiteKind
from custody.state.books import Books
from custody.terms import Millis

KINDS: frozenset[SiteKind] = frozenset({"recycler"})
LICENCE = "recover"

NOT_A_RECYCLER = Advice(
    "not_a_recycler",
    "high",
    "站点 {site} 不是再生利用企业，也没有相应许可。",
    "Site {site} is no recycler, and has no licence to be one.",
)
RECOVERED_EXCEEDS_INPUT = Advice(
    "recovered_exceeds_input",
    "high",
    "产出中至少有 {out_g} 克来自投入物，而投入物只有 {in_g} 克。",
    "At least {out_g} g of the outputs were in what went in, which was {in_g} g.",
)


def decide(fact: Recovered, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on batteries held or elsewhere, on who recovers, and on matter out of nowhere."""
    batteries = seen(fact, fact.batteries, books)
    yield from in_hand(fact, batteries)
    yield from under_hold(batteries)
    if not facilities.allows(fact, KINDS, LICENCE, books):
        yield NOT_A_RECYCLER(f"site:{fact.site}", site=fact.site)
    in_g = _input_g(fact, batteries)
    out_g = out_of_the_battery_g(fact.outputs)
    if in_g is not None and out_g > in_g:
        yield RECOVERED_EXCEEDS_INPUT(f"movement:{fact.id}", in_g=in_g, out_g=out_g)


def _input_g(fact: Recovered, batteries: Seen) -> int | None:
    """Return what went in; None if nobody said what did, or one of the batteries has no mass."""
    masses = [believed["mass_g"] for _, believed in batteries]
    if None in masses or not (masses or fact.inputs):
        return None
    return sum(mass or 0 for mass in masses) + sum(one.mass_g for one in fact.inputs)
