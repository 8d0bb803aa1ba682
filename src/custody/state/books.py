"""What may a decision look at? The subjects it asked for, the registry, and nothing else."""

from collections.abc import Collection, Container, Iterable, Mapping, Sequence
from copy import copy
from typing import NamedTuple, Self

from custody.events import Corrected, Dispatched, HandedOn, Movement, Tagged, TakingBack
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
        self._movements: dict[Subject, tuple[Noted, ...]] = {}

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
        for noted in self.about_movement(movement_id):
            if noted.fact.id == movement_id:
                return noted
        return None

    def about_movement(self, movement_id: str) -> Sequence[Noted]:
        """Return the movement recorded under an id, and every other about it."""
        return self._movements.get(self._asked_for(f"movement:{movement_id}"), ())

    @property
    def batteries(self) -> Mapping[Subject, Battery]:
        """Every battery that anything is known of."""
        return self._batteries

    def take_in(self, noted: Noted, known: Container[Subject] = ()) -> None:
        """Let one more fact count, for those of its subjects that were asked for.

        `known`: subjects for which it counts already.
        """
        fact = noted.fact
        behind = self._behind(fact)
        plain = not behind and not joins(fact)
        tangled: list[str] = []
        for subject in noted.subjects:
            if subject not in self._subjects or subject in known:
                continue
            kind, _, name = subject.partition(":")
            if kind == "battery":
                battery = self._batteries.get(subject) or Battery(name)
                if plain and not battery.codes:
                    self._batteries[subject] = batteries.evolve(battery, fact)
                else:
                    tangled.append(name)
            elif kind == "consignment":
                consignment = self.consignment(name)
                self._consignments[subject] = consignments.evolve(consignment, *behind, fact)
            elif kind == "movement":
                self._movements[subject] = (*self._movements.get(subject, ()), noted)
        if tangled:
            self._take_in_tangled(tangled, (*behind, fact))

    def fork(self) -> Self:
        """Return books of one's own, to be thrown away if it comes to nothing."""
        other = copy(self)
        for name in ("_batteries", "_consignments", "_movements"):
            setattr(other, name, dict(getattr(self, name)))
        return other

    def _behind(self, fact: Movement) -> Sequence[Movement]:
        """Return the facts that count for whomever a fact is about, only because of it."""
        if isinstance(fact, TakingBack):
            about = self._movements.get(f"movement:{fact.target}", ())
            return [noted.fact for noted in about]
        if isinstance(fact, Dispatched):
            sent = self._consignments.get(f"consignment:{fact.consignment}")
            if sent is not None:
                return [one for one in sent.facts if isinstance(one, HandedOn)]
        return ()

    def _take_in_tangled(self, refs: Sequence[str], news: Sequence[Movement]) -> None:
        """Let several facts count at once; for packs of several codes, under each of them."""
        packs = [ref for ref in refs if self.battery(ref).codes or joins(news[-1])]
        for ref in {*refs}.difference(packs):
            battery = self.battery(ref)
            facts = _once((*battery.since, *news))
            self._batteries[f"battery:{ref}"] = batteries.of(ref, facts, battery.start)
        codes = {code for ref in packs for code in (ref, *self.battery(ref).codes)}
        known = [one for code in sorted(codes) for one in self.battery(code).since]
        for code in codes:
            self._batteries[f"battery:{code}"] = batteries.of(code, _once((*known, *news)))

    def _asked_for(self, subject: Subject) -> Subject:
        assert subject in self._subjects, f"{subject} was not asked for"
        return subject


def joins(fact: Movement) -> bool:
    """Tell whether a fact says of two codes that they are one pack's, or takes that back."""
    if isinstance(fact, Corrected):
        return "same_as" in fact.values
    return isinstance(fact, Tagged) and fact.same_as is not None


def _once(facts: Iterable[Movement]) -> tuple[Movement, ...]:
    return tuple({fact.id: fact for fact in facts}.values())
