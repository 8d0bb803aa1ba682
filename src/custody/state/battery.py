"""What do the books say of one battery, now or just before a fact that comes late?"""

from dataclasses import dataclass, field

from custody.events import Movement, Order, Voided
from custody.events.journey import after, effective, whereabouts
from custody.events.whereabouts import UNKNOWN, Whereabouts


@dataclass(frozen=True, slots=True)
class Battery:
    """One battery: every fact about it, and what they make of it."""

    ref: str
    facts: tuple[Movement, ...] = ()
    now: Whereabouts = field(default_factory=lambda: UNKNOWN)
    latest: Order | None = None

    def before(self, fact: Movement) -> Whereabouts:
        """Return what the books say of the moment just before a fact, which may come late."""
        if self.latest is None or fact.order > self.latest:
            return self.now
        earlier = [known for known in effective(self.facts) if known.order < fact.order]
        return whereabouts(self.ref, earlier)


def evolve(battery: Battery, fact: Movement) -> Battery:
    """Take in one more fact. Only one that comes late, or takes another back, needs the whole history."""
    facts = (*battery.facts, fact)
    in_order = battery.latest is None or fact.order > battery.latest
    if in_order and not isinstance(fact, Voided):
        return Battery(battery.ref, facts, after(battery.ref, battery.now, fact), fact.order)
    ordered = effective(facts)
    latest = max((known.order for known in facts), default=None)
    return Battery(battery.ref, facts, whereabouts(battery.ref, ordered), latest)
