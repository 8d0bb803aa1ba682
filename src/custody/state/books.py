"""What may a decision look at? The subjects it asked for, the registry, and nothing else."""

from collections.abc import Collection, Container, Mapping
from copy import copy
from typing import NamedTuple, Self

from custody.events import Movement
from custody.state import battery as batteries
from custody.state import consignment as consignments
from custody.state.battery import Battery
from custody.state.consignment import Consignment
from custody.state.registry import Registry
from custody.terms import Subject


class Noted(NamedTuple):
    """A movement that the books know: what it said, its bytes, and whom it concerned."""

    fact: Movement
    data: bytes
    subjects: tuple[Subject, ...]


class Books:
    """The state of some subjects. Looking at any other is a mistake of ours, and found at once."""

    def __init__(
        self,
        subjects: Collection[Subject],
        registry: Registry,
        batteries: Mapping[Subject, Battery] | None = None,
    ) -> None:
        self.registry = registry
        self._subjects = frozenset(subjects)
        self._batteries: dict[Subject, Battery] = dict(batteries or {})
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

    @property
    def batteries(self) -> Mapping[Subject, Battery]:
        """Every battery that anything is known of."""
        return self._batteries

    def take_in(self, noted: Noted, known: Container[Subject] = ()) -> None:
        """Let one more fact count, for those of its subjects that were asked for.

        `known`: subjects for which it counts already.
        """
        fact = noted.fact
        for subject in noted.subjects:
            if subject not in self._subjects or subject in known:
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
        other = copy(self)
        for name in ("_batteries", "_consignments", "_movements"):
            setattr(other, name, dict(getattr(self, name)))
        return other

    def _asked_for(self, subject: Subject) -> Subject:
        assert subject in self._subjects, f"{subject} was not asked for"
        return subject
