"""What do the books say of one consignment: what left, for whom, and what arrived?"""

from dataclasses import dataclass

from custody.events import Dispatched, Movement, Received
from custody.events.journey import effective


@dataclass(frozen=True, slots=True)
class Consignment:
    """One consignment: every fact about it."""

    no: str
    facts: tuple[Movement, ...] = ()

    @property
    def dispatches(self) -> list[Dispatched]:
        """The dispatches that count, in effective order: one, unless a number was used twice."""
        return [fact for fact in effective(self.facts) if isinstance(fact, Dispatched)]

    @property
    def receipts(self) -> list[Received]:
        """The receipts that count, in effective order."""
        return [fact for fact in effective(self.facts) if isinstance(fact, Received)]

    @property
    def released(self) -> frozenset[str]:
        """The batteries that left in it."""
        return frozenset(ref for dispatch in self.dispatches for ref in dispatch.batteries)


def evolve(consignment: Consignment, fact: Movement) -> Consignment:
    """Take in one more fact."""
    return Consignment(consignment.no, (*consignment.facts, fact))
