"""What must be read to decide on a batch, when much of it is still known from the last one?"""

from collections import OrderedDict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Any, NamedTuple

from custody import decisions
from custody.decisions import near_miss
from custody.events import (
    Movement,
    NumbersIssued,
    Redacted,
    Registration,
    Tagged,
    TakingBack,
    decode,
)
from custody.events.registry import REGISTRY
from custody.gathering import further, leads_on, threads
from custody.ledger import Ledger, Past, Record
from custody.memory import Memory, Remembered
from custody.state.books import Books, Noted
from custody.state.issued import Issued
from custody.state.registry import Registry
from custody.terms import Position, Subject

SERIES_REMEMBERED_MAX = 1_000
"""Series of numbers, of which a process remembers to whom they were given out."""


class Read(NamedTuple):
    """The books of every subject that a batch looks at, complete up to the ledger's head."""

    books: Books
    recorded: Mapping[str, Record]
    """By movement id: what was recorded about these subjects, destroyed since or not."""
    subjects: Collection[Subject]
    """What was read, and must not have moved when the batch is written."""
    head: Position


class Reading:
    """Reads what is new since last time, and remembers."""

    def __init__(self, ledger: Ledger) -> None:
        self._ledger = ledger
        self._memory = Memory()
        self._series: OrderedDict[Subject, Issued] = OrderedDict()
        self.registry = Registry()

    def read(self, facts: Sequence[Movement], places: Collection[Subject] = ()) -> Read:
        """Read what the decisions look at, and then what that leads to.

        A correction leads to whom its target concerns, a code to the other codes of its pack, and
        one that was typed and is unknown to those that could be meant. `places` in the sequences of
        terminals are looked at as well, and lead nowhere.
        """
        asked = dict.fromkeys(subject for fact in facts for subject in decisions.reads(fact))
        recalled = self._memory.recall(facts)
        issued = {series: self._issued(series) for series in _series(facts)}
        targets = {
            f"movement:{fact.target}"
            for fact in facts
            if fact.takes_back and isinstance(fact, TakingBack)
        }
        past = self._since([*asked, *places], recalled, targets, issued)
        records = self._followed(past, asked, targets)
        meant = dict.fromkeys(_meant(facts, records, recalled))
        if new := meant.keys() - asked.keys():
            asked.update(meant)
            records = _merged(records, self._ledger.read(new).records, past.head)
            records = self._followed(Past(records, past.head), asked, targets)
        known = {subject: one.battery for subject, one in recalled.items()}
        books = Books([*asked, *places], self.registry, known, issued)
        recorded: dict[str, Record] = {}
        for record in records:
            if record.redacted:
                recorded[record.subjects[0].removeprefix("movement:")] = record
                continue
            fact = _decoded(record)
            if isinstance(fact, Registration | Redacted):
                self._learn(record, fact)
            elif isinstance(fact, NumbersIssued):
                self._learn_numbers(record, fact)
            else:
                old = {
                    one for one in _recalled(record, recalled) if not _new(record, recalled[one])
                }
                books.take_in(Noted(fact, record.data, record.subjects), old)
                recorded[fact.id] = record
        return Read(books, recorded, [*asked, *places, REGISTRY], past.head)

    def numbers(
        self, series: Subject, book: Subject
    ) -> tuple[Issued, NumbersIssued | None, Position]:
        """Read to whom a series is given out, the one book if there is such, and the head."""
        issued = self._issued(series)
        after = {book: 0, series: issued.position, REGISTRY: self.registry.position}
        past = self._ledger.read(after)
        found: NumbersIssued | None = None
        for record in past.records:
            fact = _decoded(record)
            if isinstance(fact, Registration | Redacted):
                self._learn(record, fact)
                continue
            self._learn_numbers(record, fact)
            if record.subjects[0] == book:
                found = fact
        return issued, found, past.head

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
        issued: Mapping[Subject, Issued],
    ) -> Past:
        """Read what is new of the subjects; forget those whose past it turns out to change."""
        while True:
            after = dict.fromkeys(asked, 0)
            after.update((subject, one.position) for subject, one in recalled.items())
            after.update((series, one.position) for series, one in issued.items())
            after[REGISTRY] = self.registry.position
            past = self._ledger.read(after, redacted=True)
            if recalled and any(record.type == "redaction" for record in past.records):
                recalled.clear()  # it may rest on what was destroyed
                continue
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

    def _followed(
        self, past: Past, asked: dict[Subject, None], targets: AbstractSet[Subject]
    ) -> list[Record]:
        """Read on from what records lead to, until they lead to nothing new."""
        records = past.records
        while led_to := _led_to(records, asked, targets) - asked.keys():
            asked.update(dict.fromkeys(sorted(led_to)))
            records = _merged(records, self._ledger.read(led_to).records, past.head)
        return records

    def _learn(self, record: Record, fact: Registration | Redacted) -> None:
        if isinstance(fact, Redacted):
            self._memory.forget()
        else:
            self.registry.take_in(fact)
        self.registry.position = record.position

    def _learn_numbers(self, record: Record, fact: NumbersIssued) -> None:
        for subject in record.subjects:
            issued = self._series.get(subject)
            if issued is not None and record.position > issued.position:
                issued.take_in(fact)
                issued.position = record.position

    def _issued(self, series: Subject) -> Issued:
        """Return what is remembered of a series; the longest unused are forgotten."""
        issued = self._series.setdefault(series, Issued())
        self._series.move_to_end(series)
        if len(self._series) > SERIES_REMEMBERED_MAX:
            self._series.popitem(last=False)
        return issued


def _series(facts: Iterable[Movement]) -> set[Subject]:
    """Return the series of numbers that decisions look at."""
    read = (one for fact in facts if isinstance(fact, Tagged) for one in decisions.reads(fact))
    return {subject for subject in read if subject.startswith("numbers:")}


def _meant(
    facts: Sequence[Movement], records: Iterable[Record], recalled: Collection[Subject]
) -> Iterator[Subject]:
    """Return the batteries that could be meant instead of unknown ones that somebody typed."""
    if not any(fact.capture in near_miss.BY_HAND for fact in facts):
        return
    known = {subject for record in records for subject in record.subjects}.union(recalled)
    named: set[str] = set()
    for fact in facts:
        yield from near_miss.reads(fact, lambda ref: f"battery:{ref}" in known, named)
        named.update(fact.batteries_named())


def _led_to(
    records: Iterable[Record], asked: Mapping[Subject, None], targets: AbstractSet[Subject]
) -> set[Subject]:
    """Return what records about the subjects asked for lead to, and those of the targets."""
    about = [one for one in records if leads_on(one) and not asked.keys().isdisjoint(one.subjects)]
    return _concerned(records, targets) | further(about)


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
    if record.redacted:
        return True
    return not leads_on(record) and remembered.battery.now.precedes(_decoded(record))


def _decoded(record: Record) -> Any:
    return decode(record.type, record.version, record.data)
