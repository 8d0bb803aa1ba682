"""What do the books say of one consignment: what left, for whom, and what arrived?"""

from dataclasses import dataclass
from typing import TypeVar

from custody.events import Dispatched, HandedOn, Movement, Received
from custody.events.journey import effective, of_consignment

Kind = TypeVar("Kind", bound=Movement)


@dataclass(frozen=True, slots=True)
class Consignment:
    """One consignment: every fact about it."""

    no: str
    facts: tuple[Movement, ...] = ()

    @property
    def dispatches(self) -> list[Dispatched]:
        """The dispatches that count, in effective order: one, unless a number was used twice."""
        return [fact for fact in self._counting(Dispatched) if fact.consignment == self.no]

    @property
    def returns(self) -> list[Dispatched]:
        """The dispatches of other consignments that send back what was in this one."""
        return [fact for fact in self._counting(Dispatched) if fact.consignment != self.no]

    @property
    def receipts(self) -> list[Received]:
        """The receipts that count, in effective order."""
        return self._counting(Received)

    @property
    def hand_ons(self) -> list[HandedOn]:
        """The carriers' own handovers that count, in effective order."""
        return self._counting(HandedOn)

    @property
    def released(self) -> frozenset[str]:
        """The batteries that left in it."""
        return frozenset(ref for dispatch in self.dispatches for ref in dispatch.batteries)

    def _counting(self, kind: type[Kind]) -> list[Kind]:
        counting = effective(self.facts, of_consignment(self.no))
        return [fact for fact in counting if isinstance(fact, kind)]


def evolve(consignment: Consignment, *facts: Movement) -> Consignment:
    """Take in facts, each once."""
    known = {fact.id for fact in consignment.facts}
    new = (fact for fact in facts if fact.id not in known)
    return Consignment(consignment.no, (*consignment.facts, *new))
