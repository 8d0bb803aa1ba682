"""What may a decision look at? The subjects it asked for, the registry, and nothing else."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Self

from custody.events import Movement
from custody.state import battery as batteries
from custody.state import consignment as consignments
from custody.state.battery import Battery
from custody.state.consignment import Consignment
from custody.state.registry import Registry
from custody.terms import Subject


@dataclass(frozen=True, slots=True)
class Noted:
    """A movement that the books know: what it said, its bytes, and whom it concerned."""

    fact: Movement
    data: bytes
    subjects: tuple[Subject, ...]


class Books:
    """The state of some subjects. Looking at any other is a mistake of ours, and found at once."""

    def __init__(self, subjects: Collection[Subject], registry: Registry) -> None:
        self.registry = registry
        self._subjects = frozenset(subjects)
        self._batteries: dict[Subject, Battery] = {}
        self._consignments: dict[Subject, Consignment] = {}
        self._movements: dict[Subject, Noted] = {}

    def battery(self, ref: str) -> Battery:
        """Return what is known of a battery; of one never seen, nothing."""
        subject = self._asked_for(f"battery:{ref}")
        return self._batteries.get(subject) or Battery(ref)

    def consignment(self, no: str) -> Consignment:
        """Return what is known of a consignment; of one never seen, nothing."""
        subject = self._asked_for(f"consignment:{no}")
        return self._consignments.get(subject) or Consignment(no)

    def movement(self, movement_id: str) -> Noted | None:
        """Return the movement recorded under an id, or None."""
        return self._movements.get(self._asked_for(f"movement:{movement_id}"))

    def take_in(self, noted: Noted) -> None:
        """Let one more fact count, for those of its subjects that were asked for."""
        fact = noted.fact
        for subject in noted.subjects:
            if subject not in self._subjects:
                continue
            kind, _, name = subject.partition(":")
            if kind == "battery":
                self._batteries[subject] = batteries.evolve(self.battery(name), fact)
            elif kind == "consignment":
                self._consignments[subject] = consignments.evolve(self.consignment(name), fact)
            elif kind == "movement" and name == fact.id:
                self._movements[subject] = noted

    def fork(self) -> Self:
        """Return books of one's own, to be thrown away if it comes to nothing."""
        other = type(self)(self._subjects, self.registry)
        other._batteries = dict(self._batteries)
        other._consignments = dict(self._consignments)
        other._movements = dict(self._movements)
        return other

    def _asked_for(self, subject: Subject) -> Subject:
        assert subject in self._subjects, f"{subject} was not asked for"
        return subject
