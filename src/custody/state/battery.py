"""What do the books say of one battery, now or just before a fact that comes late?"""

from typing import NamedTuple

from custody.events import Movement, Order, Voided
from custody.events.journey import after, effective, whereabouts
from custody.events.whereabouts import UNKNOWN, Whereabouts


class Standing(NamedTuple):
    """Where a battery stood after some facts, which need not be looked at again."""

    whereabouts: Whereabouts = UNKNOWN
    latest: Order | None = None

    def precedes(self, fact: Movement) -> bool:
        """Tell whether a fact only adds to this: one that is late or a void needs every fact."""
        return self.latest is None or (not isinstance(fact, Voided) and fact.order > self.latest)


NEVER_SEEN = Standing()


class Battery(NamedTuple):
    """One battery: where it once stood, the facts since, and what they make of it."""

    ref: str
    start: Standing = NEVER_SEEN
    since: tuple[Movement, ...] = ()
    now: Standing = NEVER_SEEN

    def before(self, fact: Movement) -> Whereabouts:
        """Return what the books say of the moment just before a fact, which may come late."""
        if self.now.precedes(fact):
            return self.now.whereabouts
        assert self.start.precedes(fact), "a late fact needs every fact about its battery"
        earlier = [known for known in effective(self.since) if known.order < fact.order]
        return whereabouts(self.ref, earlier, self.start.whereabouts)

    def at_rest(self) -> "Battery":
        """Return it without its facts: all that is needed until one comes late."""
        return Battery(self.ref, self.now, (), self.now)


def evolve(battery: Battery, fact: Movement) -> Battery:
    """Take in one more fact; only a late one, or a void, looks back at those before it."""
    since = (*battery.since, fact)
    if battery.now.precedes(fact) and not isinstance(fact, Voided):
        believed = after(battery.ref, battery.now.whereabouts, fact)
        return Battery(battery.ref, battery.start, since, Standing(believed, fact.order))
    assert battery.start.precedes(fact), "a late fact needs every fact about its battery"
    believed = whereabouts(battery.ref, effective(since), battery.start.whereabouts)
    latest = max((one.order for one in since if not isinstance(one, Voided)), default=None)
    return Battery(battery.ref, battery.start, since, Standing(believed, latest))
