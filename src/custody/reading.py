"""What must be read to decide on a batch, when much of it is still known from the last one?"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from custody import decisions
from custody.events import Movement, Registration, TakingBack, decode
from custody.events.registry import REGISTRY
from custody.gathering import further, leads_on, threads
from custody.ledger import Ledger, Past, Record
from custody.memory import Memory, Remembered
from custody.state.books import Books, Noted
from custody.state.registry import Registry
from custody.terms import Position, Subject


class Read(NamedTuple):
    """The books of every subject that a batch looks at, complete up to the ledger's head."""

    books: Books
    recorded: Mapping[str, Record]
    """By movement id: what was recorded about these subjects."""
    subjects: Collection[Subject]
    """What was read, and must not have moved when the batch is written."""
    head: Position


class Reading:
    """Reads what is new since last time, and remembers."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._memory = Memory()
        self.registry = Registry()

    def read(self, facts: Sequence[Movement]) -> Read:
        """Read what the decisions look at, and then what that leads to.

        A correction leads to whom its target concerns, a code to the other codes of its pack.
        """
        asked = dict.fromkeys(subject for fact in facts for subject in decisions.reads(fact))
        recalled = self._memory.recall(facts)
        targets = {f"movement:{fact.target}" for fact in facts if isinstance(fact, TakingBack)}
        past = self._since(asked, recalled, targets)
        records = past.records
        while led_to := (_concerned(records, targets) | further(records)) - asked.keys():
            asked.update(dict.fromkeys(sorted(led_to)))
            records = _merged(records, self._ledger.read(led_to).records, past.head)
        known = {subject: one.battery for subject, one in recalled.items()}
        books = Books(asked, self.registry, known)
        recorded: dict[str, Record] = {}
        for record in records:
            fact = _decoded(record)
            if isinstance(fact, Registration):
                self._learn(record, fact)
            else:
                old = {
                    one for one in _recalled(record, recalled) if not _new(record, recalled[one])
                }
                books.take_in(Noted(fact, record.data, record.subjects), old)
                recorded[fact.id] = record
        return Read(books, recorded, [*asked, REGISTRY], past.head)

    def keep(self, books: Books, position: Position) -> None:
        """Remember books that are complete up to a position."""
        self._memory.keep(books.batteries, position)

    def catch_up(self) -> Position:
        """Learn the registrations since last time; return the ledger's head."""
        past = self._ledger.read({REGISTRY: self.registry.position})
        for record in past.records:
            self._learn(record, _decoded(record))
        return past.head

    def _since(
        self,
        asked: Collection[Subject],
        recalled: dict[Subject, Remembered],
        targets: AbstractSet[Subject],
    ) -> Past:
        """Read what is new of the subjects; forget those whose past it turns out to change."""
        while True:
            after = dict.fromkeys(asked, 0)
            after.update((subject, one.position) for subject, one in recalled.items())
            after[REGISTRY] = self.registry.position
            past = self._ledger.read(after)
            overtaken = recalled.keys() & _concerned(past.records, targets)
            overtaken |= {
                subject
                for record in past.records
                for subject in _recalled(record, recalled)
                if _new(record, recalled[subject]) and not _only_adds(record, recalled[subject])
            }
            if not overtaken:
                return past
            for subject in overtaken:
                del recalled[subject]

    def _learn(self, record: Record, fact: Registration) -> None:
        self.registry.take_in(fact)
        self.registry.position = record.position


def _concerned(records: Iterable[Record], targets: AbstractSet[Subject]) -> set[Subject]:
    """Return the batteries and consignments of the targets, and of what is about the targets."""
    if not targets:
        return set()
    return {
        subject
        for record in records
        if record.subjects[0] in targets or not targets.isdisjoint(threads(record))
        for subject in record.subjects
        if subject.startswith(("battery:", "consignment:"))
    }


def _merged(records: Iterable[Record], more: Iterable[Record], head: Position) -> list[Record]:
    """Return both in order, each once; what came after the first were read is left out."""
    both = {record.position: record for record in (*records, *more) if record.position <= head}
    return [both[position] for position in sorted(both)]


def _recalled(record: Record, recalled: Mapping[Subject, Remembered]) -> set[Subject]:
    return recalled.keys() & record.subjects


def _new(record: Record, remembered: Remembered) -> bool:
    return record.position > remembered.position


def _only_adds(record: Record, remembered: Remembered) -> bool:
    return not leads_on(record) and remembered.battery.now.precedes(_decoded(record))


def _decoded(record: Record) -> Any:
    return decode(record.type, record.version, record.data)
