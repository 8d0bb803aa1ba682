"""What do the books say of one order: which steps were taken, and in which order?"""

from dataclasses import dataclass

from custody.events import Movement, OrderAdvanced
from custody.events.journey import effective
from custody.events.order import of_order


@dataclass(frozen=True, slots=True)
class Order:
    """One order: every fact about its steps."""

    no: str
    facts: tuple[Movement, ...] = ()

    @property
    def steps(self) -> list[OrderAdvanced]:
        """The steps that count, in effective order."""
        counting = effective(self.facts, of_order(self.no))
        return [fact for fact in counting if isinstance(fact, OrderAdvanced)]

    def before(self, fact: Movement) -> list[OrderAdvanced]:
        """Return the steps that were taken before a fact, which may come late."""
        return [step for step in self.steps if step.order < fact.order]


def evolve(order: Order, *facts: Movement) -> Order:
    """Take in facts, each once."""
    known = {fact.id for fact in order.facts}
    new = (fact for fact in facts if fact.id not in known)
    return Order(order.no, (*order.facts, *new))
