"""What do facts make of each pack, told in the plainest way there is? What the laws compare with.

All facts of the small world are looked at each time: nothing is gathered, remembered or indexed.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from custody.events import Corrected, HandedOn, Movement, Tagged, TakingBack, Voided
from custody.events.vocabulary import ENDED
from custody.events.whereabouts import UNKNOWN, Whereabouts
from custody.terms import Millis

Counters = dict[tuple[Any, ...], tuple[int, int, int]]


def counting(facts: Sequence[Movement]) -> list[Movement]:
    """Return the facts that count, as they should have been posted, in effective order."""
    taken_back = sorted(
        (fact for fact in facts if isinstance(fact, TakingBack)), key=lambda fact: fact.weight
    )
    last_word = {fact.target: fact for fact in taken_back}
    found = []
    for fact in facts:
        verdict = last_word.get(fact.id)
        if isinstance(fact, TakingBack) or isinstance(verdict, Voided):
            continue
        found.append(verdict.instead_of(fact) if isinstance(verdict, Corrected) else fact)
    return sorted(found, key=lambda fact: fact.order)


def pack_of(ref: str, facts: Sequence[Movement]) -> tuple[str, ...]:
    """Return every code of the pack that has this one, in order."""
    codes = {ref}
    links = [
        {fact.battery.code, fact.same_as}
        for fact in counting(facts)
        if isinstance(fact, Tagged) and fact.same_as is not None
    ]
    while grown := [link for link in links if link & codes and not link <= codes]:
        codes = codes.union(*grown)
    return tuple(sorted(codes))


def fold(ref: str, facts: Sequence[Movement], until: Millis | None = None) -> Whereabouts:
    """Return what facts make of the pack that has a code, of those that had happened by then."""
    codes = pack_of(ref, facts)
    battery = UNKNOWN
    for fact in counting(facts):
        named = [code for code in fact.batteries_named() if code in codes]
        over = battery["state"] in ENDED and not fact.even_after_the_end
        then = until is None or fact.at <= until
        if then and not over and (named or isinstance(fact, HandedOn)):
            battery = fact.effect((*named, ref)[0], battery)
    return battery


def counters(batteries: Iterable[Mapping[str, Any]]) -> Counters:
    """Count what is in stock as an inventory should, by looking at each battery."""
    counted: Counters = defaultdict(lambda: (0, 0, 0))
    for battery in batteries:
        if battery["state"] == "in_stock":
            cell = tuple(battery[name] for name in ("site", "chemistry", "grade", "storage_class"))
            pieces, mass_g, unknown = counted[cell]
            mass = battery["mass_g"]
            counted[cell] = (pieces + 1, mass_g + (mass or 0), unknown + (mass is None))
    return dict(counted)


def stock(facts: Sequence[Movement], refs: Sequence[str], until: Millis | None = None) -> Counters:
    """Count what was in stock at an instant: each pack once, whatever codes it has."""
    packs = {pack_of(ref, facts) for ref in refs}
    return counters([fold(codes[0], facts, until) for codes in packs])
