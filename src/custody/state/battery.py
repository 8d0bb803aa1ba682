"""What do the books say of one battery, now or just before a fact that comes late?"""

from collections.abc import Sequence
from typing import NamedTuple

from custody.events import Movement, Order
from custody.events.journey import (
    Codes,
    after,
    effective,
    joins,
    linked,
    of_battery,
    whereabouts,
)
from custody.events.whereabouts import UNKNOWN, Whereabouts


class Standing(NamedTuple):
    """Where a battery stood after some facts, which need not be looked at again."""

    whereabouts: Whereabouts = UNKNOWN
    latest: Order | None = None

    def precedes(self, fact: Movement) -> bool:
        """Tell whether a fact only adds to this: a late one, or one that takes back, does not."""
        return self.latest is None or (not fact.takes_back and fact.order > self.latest)


NEVER_SEEN = Standing()


class Battery(NamedTuple):
    """One battery: where it once stood, the facts since, and what they make of it."""

    ref: str
    start: Standing = NEVER_SEEN
    since: tuple[Movement, ...] = ()
    now: Standing = NEVER_SEEN
    codes: Codes = ()
    """All its codes, where it has several."""

    def before(self, fact: Movement) -> Whereabouts:
        """Return what the books say of the moment just before a fact, which may come late."""
        if self.now.precedes(fact):
            return self.now.whereabouts
        assert self.start.precedes(fact), "a late fact needs every fact about its battery"
        earlier = [known for known in self._effective() if known.order < fact.order]
        return whereabouts(self._own_codes, earlier, self.start.whereabouts)

    def at_rest(self) -> "Battery":
        """Return it without its facts: all that is needed until one comes late."""
        return Battery(self.ref, self.now, (), self.now)

    @property
    def is_plain(self) -> bool:
        """Whether a next fact only adds to it, which no fact about another code of it will."""
        return not self.codes

    @property
    def stands_alone(self) -> bool:
        """Whether no fact ever joined it to another code, the past of which would be its own."""
        return not any(joins(fact) for fact in self.since)

    @property
    def _own_codes(self) -> Codes:
        return self.codes or (self.ref,)

    def _effective(self) -> list[Movement]:
        return effective(self.since, of_battery(self._own_codes))


def evolve(battery: Battery, fact: Movement) -> Battery:
    """Take in one more fact; only a late one, or one that takes back, looks at those before it."""
    if battery.is_plain and not fact.takes_back and battery.now.precedes(fact):
        believed = after((battery.ref,), battery.now.whereabouts, fact)
        since = (*battery.since, fact)
        return Battery(battery.ref, battery.start, since, Standing(believed, fact.order))
    assert battery.start.precedes(fact), "a late fact needs every fact about its battery"
    return of(battery.ref, (*battery.since, fact), battery.start)


def of(ref: str, facts: Sequence[Movement], start: Standing = NEVER_SEEN) -> Battery:
    """Return what facts in any order make of a battery, those of its other codes among them."""
    codes = linked(facts).get(ref, ())
    assert not codes or start is NEVER_SEEN, "a battery of several codes needs every fact"
    counting = effective(facts, of_battery(codes or (ref,)))
    believed = whereabouts(codes or (ref,), counting, start.whereabouts)
    posted = (one.order for one in facts if not one.takes_back)
    latest = max((*posted, *(one.order for one in counting)), default=None)
    return Battery(ref, start, tuple(facts), Standing(believed, latest), codes)
