"""What may a decision look at? The subjects it asked for, the registry, and nothing else."""

from collections.abc import Collection, Container, Iterable, Iterator, Mapping, Sequence
from copy import copy
from typing import NamedTuple, Self

from custody.events import Corrected, Dispatched, HandedOn, Movement
from custody.events.journey import joins
from custody.state import battery as batteries
from custody.state import consignment as consignments
from custody.state import order as orders
from custody.state.battery import Battery
from custody.state.consignment import Consignment
from custody.state.issued import Issued
from custody.state.order import Order
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
        issued: Mapping[Subject, Issued] | None = None,
    ) -> None:
        self.registry = registry
        self._issued = issued or {}
        self._subjects = frozenset(subjects)
        self._batteries: dict[Subject, Battery] = dict(batteries or {})
        self._consignments: dict[Subject, Consignment] = {}
        self._orders: dict[Subject, Order] = {}
        self._movements: dict[Subject, tuple[Noted, ...]] = {}
        self._places: dict[Subject, tuple[Noted, ...]] = {}

    def battery(self, ref: str) -> Battery:
        """Return what is known of a battery; of one never seen, nothing."""
        subject = self._asked_for(f"battery:{ref}")
        return self._batteries.get(subject) or Battery(ref)

    def consignment(self, no: str) -> Consignment:
        """Return what is known of a consignment; of one never seen, nothing."""
        subject = self._asked_for(f"consignment:{no}")
        return self._consignments.get(subject) or Consignment(no)

    def order(self, no: str) -> Order:
        """Return what is known of an order's steps; of one never placed, nothing."""
        return self._orders.get(self._asked_for(f"steps:{no}")) or Order(no)

    def issued(self, series: Subject) -> Issued:
        """Return the numbers of a series that are given out."""
        return self._issued.get(self._asked_for(series)) or Issued()

    def at_place(self, place: Subject) -> Sequence[Noted]:
        """Return what was posted at one place of a terminal's sequence: one, unless it forks."""
        return self._places.get(self._asked_for(place), ())

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
        behind = self._behind(noted)
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
            elif kind == "steps":
                self._orders[subject] = orders.evolve(self.order(name), *behind, fact)
            elif kind == "movement":
                self._movements[subject] = (*self._movements.get(subject, ()), noted)
            elif kind == "sequence":
                self._places[subject] = (*self._places.get(subject, ()), noted)
        if tangled:
            self._take_in_tangled(tangled, (*behind, fact))

    def fork(self) -> Self:
        """Return books of one's own, to be thrown away if it comes to nothing."""
        other = copy(self)
        for name in ("_batteries", "_consignments", "_orders", "_movements", "_places"):
            setattr(other, name, dict(getattr(self, name)))
        return other

    def _behind(self, noted: Noted) -> Sequence[Movement]:
        """Return the facts that count for whomever a fact is about, only because of it."""
        fact = noted.fact
        if not fact.takes_back and type(fact) is not Dispatched:
            return ()
        movements = [one for one in noted.subjects[1:] if one.startswith("movement:")]
        behind = [one.fact for subject in movements for one in self._movements.get(subject, ())]
        if isinstance(fact, Corrected):
            target = next((one for one in behind if one.id == fact.target), None)
            return [*behind, *self._handed_on(target and fact.instead_of(target))]
        return [*behind, *self._handed_on(fact)]

    def _handed_on(self, fact: Movement | None) -> Iterator[Movement]:
        """Yield the hand-ons that came before their dispatch.

        What takes one of them back leads to it, and is among what is known of that movement.
        """
        if isinstance(fact, Dispatched):
            sent = self._consignments.get(f"consignment:{fact.consignment}")
            yield from (one for one in (sent.facts if sent else ()) if isinstance(one, HandedOn))

    def _take_in_tangled(self, refs: Sequence[str], news: Sequence[Movement]) -> None:
        """Let several facts count at once; for packs of several codes, under each of them."""
        joined = any(joins(one) for one in news)
        packs = [ref for ref in refs if joined or self.battery(ref).codes]
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


def _once(facts: Iterable[Movement]) -> tuple[Movement, ...]:
    return tuple({fact.id: fact for fact in facts}.values())
