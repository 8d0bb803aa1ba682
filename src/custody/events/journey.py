"""Which of a battery's facts count, in which order, and what do they make of it, step by step?"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from custody.events.battery import Tagged
from custody.events.consignment import Dispatched, HandedOn
from custody.events.correction import Corrected, TakingBack, Voided
from custody.events.fact import Movement
from custody.events.whereabouts import UNKNOWN, Whereabouts, has_ended

Codes = tuple[str, ...]
"""Every reference of one pack, in order; the first is the one that its rows are kept under."""

About = Callable[[Movement], bool]


Step = tuple[Movement, Whereabouts]
"""After this fact we believed this."""


def verdicts(facts: Iterable[Movement]) -> dict[str, TakingBack]:
    """Say what became of each movement that was voided or corrected: the last word counts."""
    found: dict[str, TakingBack] = {}
    for fact in facts:
        if isinstance(fact, TakingBack):
            other = found.get(fact.target)
            if other is None or fact.weight > other.weight:
                found[fact.target] = fact
    return found


def effective(facts: Sequence[Movement], about: About | None = None) -> list[Movement]:
    """Return the facts that count, in effective order, however they arrived.

    A corrected one stands there as it should have been posted, which may concern others than it
    said: `about` chooses among the facts as they count.
    """
    found = verdicts(facts)
    counting: list[Movement] = []
    for fact in facts:
        if isinstance(fact, TakingBack):
            continue
        verdict = found.get(fact.id)
        if isinstance(verdict, Voided):
            continue
        counts = verdict.instead_of(fact) if isinstance(verdict, Corrected) else fact
        if about is None or about(counts):
            counting.append(counts)
    return sorted(counting, key=lambda fact: fact.order)


def of_battery(codes: Codes) -> About:
    """Tell the facts that speak of a battery by any of its codes; a hand-on names none."""
    own = frozenset(codes)
    return lambda fact: isinstance(fact, HandedOn) or not own.isdisjoint(fact.batteries_named())


def of_consignment(no: str) -> About:
    """Tell the facts that speak of a consignment."""
    return lambda fact: no in fact.consignments_named()


def forms(facts: Iterable[Movement]) -> Iterator[Movement]:
    """Yield each movement as it was posted, and as each correction would have it."""
    posted = {fact.id: fact for fact in facts}
    for fact in posted.values():
        if not isinstance(fact, TakingBack):
            yield fact
        elif isinstance(fact, Corrected) and fact.target in posted:
            yield fact.instead_of(posted[fact.target])


def history_of(codes: Codes, facts: Sequence[Movement]) -> set[str]:
    """Name the facts that were ever about a pack, whether they count or not."""
    own = frozenset(codes)
    every = list(forms(facts))
    naming = [fact for fact in every if not own.isdisjoint(fact.batteries_named())]
    sent = {fact.consignment for fact in naming if isinstance(fact, Dispatched)}
    handed = (fact for fact in every if isinstance(fact, HandedOn) and fact.consignment in sent)
    found = {fact.id for fact in (*naming, *handed)}
    takings = (fact for fact in facts if isinstance(fact, TakingBack))
    return found.union(fact.id for fact in takings if fact.target in found)


def linked(facts: Sequence[Movement]) -> dict[str, Codes]:
    """Return the codes of each pack that has several, by each of its codes."""
    packs: dict[str, set[str]] = {}
    for fact in effective(facts, lambda one: isinstance(one, Tagged) and one.same_as is not None):
        joined: set[str] = set()
        for ref in fact.batteries_named():
            joined |= packs.get(ref, {ref})
        packs.update(dict.fromkeys(joined, joined))
    return {ref: tuple(sorted(pack)) for ref, pack in packs.items()}


def joins(fact: Movement) -> bool:
    """Tell whether a fact says of two codes that they are one pack's, or may change that."""
    if type(fact) is Corrected:
        # Either end of a tag's link may be put right: its own code, or the older one.
        return "same_as" in fact.values or isinstance(fact.values.get("battery"), dict)
    return type(fact) is Tagged and fact.same_as is not None


def after(codes: Codes, battery: Whereabouts, fact: Movement) -> Whereabouts:
    """Return what we believe of a battery after one more fact, the last in effective order."""
    if has_ended(battery) and not fact.even_after_the_end:
        return battery
    if len(codes) == 1:
        return fact.effect(codes[0], battery)
    named = next((ref for ref in fact.batteries_named() if ref in codes), codes[0])
    return fact.effect(named, battery)


def steps(codes: Codes, ordered: Iterable[Movement]) -> Iterator[Step]:
    """Follow a battery through facts in effective order; facts that change nothing make no step."""
    battery = UNKNOWN
    for fact in ordered:
        now = after(codes, battery, fact)
        if now is not battery:
            battery = now
            yield fact, battery


def whereabouts(
    codes: Codes, ordered: Iterable[Movement], battery: Whereabouts = UNKNOWN
) -> Whereabouts:
    """Return what the facts, in effective order, make of a battery in the end."""
    for fact in ordered:
        battery = after(codes, battery, fact)
    return battery
