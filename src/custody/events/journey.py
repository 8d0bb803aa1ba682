"""Which of a battery's facts count, in which order, and what do they make of it, step by step?"""

from collections.abc import Iterable, Iterator, Sequence

from custody.events.correction import Voided
from custody.events.fact import Movement
from custody.events.whereabouts import UNKNOWN, Whereabouts, has_ended
from custody.terms import Millis

Step = tuple[Millis, Whereabouts]
"""From this instant on we believe this."""


def voided_by(facts: Iterable[Movement]) -> dict[str, Voided]:
    """Say by which void each voided movement is: of several the greatest (`occurred_at`, `id`)."""
    voids: dict[str, Voided] = {}
    for fact in facts:
        if isinstance(fact, Voided):
            other = voids.get(fact.target)
            if other is None or fact.order > other.order:
                voids[fact.target] = fact
    return voids


def effective(facts: Sequence[Movement]) -> list[Movement]:
    """Return the facts that count, in effective order, however they arrived."""
    voids = voided_by(facts)
    return sorted(
        (fact for fact in facts if not isinstance(fact, Voided) and fact.id not in voids),
        key=lambda fact: fact.order,
    )


def after(ref: str, battery: Whereabouts, fact: Movement) -> Whereabouts:
    """Return what we believe of a battery after one more fact, the last in effective order."""
    return battery if has_ended(battery) else fact.effect(ref, battery)


def steps(ref: str, ordered: Iterable[Movement]) -> Iterator[Step]:
    """Follow a battery through facts in effective order; facts that change nothing make no step."""
    battery = UNKNOWN
    for fact in ordered:
        now = after(ref, battery, fact)
        if now is not battery:
            battery = now
            yield fact.at, battery


def whereabouts(
    ref: str, ordered: Iterable[Movement], battery: Whereabouts = UNKNOWN
) -> Whereabouts:
    """Return what the facts, in effective order, make of a battery in the end."""
    for fact in ordered:
        battery = after(ref, battery, fact)
    return battery
