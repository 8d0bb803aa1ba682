"""Read, fold, decide, append: the one place where pure meets impure."""

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from json import loads
from threading import Lock
from typing import Any, Literal, NamedTuple

import orjson

from custody import decisions, events
from custody.decisions import Poster, any_movement, register
from custody.events import Fact, Movement, Registration, Voided
from custody.events.registry import REGISTRY
from custody.ledger import Entry, Ledger, Moved, Past, Record
from custody.memory import Memory, Remembered
from custody.state.books import Books, Noted
from custody.state.registry import Registry
from custody.terms import Millis, Position, Refused, Subject

ATTEMPTS_MAX = 20
"""How often a batch is decided anew because somebody else moved what it had read."""

class Contended(Exception):
    """Others kept moving what this batch had read: nothing was recorded, and it may come again."""


class Posted(NamedTuple):
    """One movement as it came: what it says or why it says nothing, its bytes, whose, and when."""

    fact: Movement | Refused
    data: bytes
    poster: Poster
    received_at: Millis
    sent_at: Millis | None = None

    @property
    def clock_offset(self) -> Millis:
        """What to add to the device's clock to get ours, as far as the time of sending tells."""
        return 0 if self.sent_at is None else self.received_at - self.sent_at


class Request(NamedTuple):
    """Movements that came together. A strict request is recorded whole or not at all."""

    movements: Sequence[Posted]
    strict: bool = False


@dataclass(slots=True)
class Receipt:
    """Where a movement stands in the ledger, since when, and what was remarked on it."""

    id: str
    remarks: list[dict[str, Any]]
    position: Position = 0
    recorded_at: Millis = 0


class Recorded(NamedTuple):
    """The answer to a movement: recorded now, or known before and answered as it was then."""

    receipt: Receipt
    duplicate: bool = False


Outcome = Recorded | Refused


@dataclass(frozen=True, slots=True)
class Registered:
    """The answer to a registration, and where the registry stands with it."""

    status: Literal["registered", "changed", "unchanged"]
    position: Position


@dataclass(slots=True)
class _Draft:
    """What one attempt at a batch has come to so far."""

    books: Books
    recorded: dict[str, Record] = field(default_factory=dict)
    """By movement id: what the ledger has already."""
    new: dict[str, Receipt] = field(default_factory=dict)
    """By movement id, in the order of the entries: what it is to have."""
    entries: list[Entry] = field(default_factory=list)

    def fork(self) -> "_Draft":
        return _Draft(self.books.fork(), self.recorded, dict(self.new), [*self.entries])

    def receipt(self, movement_id: str) -> Receipt:
        """Return the first answer to a movement that is known."""
        if movement_id in self.new:
            return self.new[movement_id]
        record = self.recorded[movement_id]
        remarks = loads(record.remarks) if record.remarks else []
        return Receipt(movement_id, remarks, record.position, record.recorded_at)


class Custodian:
    """Decides on what is asked in the light of the ledger, and writes what follows."""

    def __init__(self, ledger: Ledger, clock: Callable[[], Millis]) -> None:
        self._ledger = ledger
        self._clock = clock
        self._registry = Registry()
        self._memory = Memory()
        self._one_at_a_time = Lock()

    def record(self, requests: Sequence[Request]) -> list[list[Outcome]]:
        """Decide each movement in the light of those before it; write all that follows at once.

        Raises Contended when other writers were always quicker.
        """
        with self._one_at_a_time:
            for _ in range(ATTEMPTS_MAX):
                try:
                    return self._attempt(requests)
                except Moved:
                    continue
        raise Contended

    def register(self, fact: Registration) -> Registered:
        """Record a registration if it says anything new. Raises Refused, or Contended."""
        with self._one_at_a_time:
            for _ in range(ATTEMPTS_MAX):
                head = self._catch_up()
                first = self._registry.latest(fact.party()) is None
                if not register.decide(fact, self._registry):
                    return Registered("unchanged", head)
                body = fact.model_dump(mode="json", exclude_none=True)
                entry = Entry(fact.type, fact.version, orjson.dumps(body), fact.subjects())
                try:
                    done = self._ledger.append(
                        [entry], now=self._clock(), reads=[REGISTRY], after=head
                    )
                except Moved:
                    continue
                return Registered("registered" if first else "changed", done.last)
        raise Contended

    def _attempt(self, requests: Sequence[Request]) -> list[list[Outcome]]:
        facts = [
            posted.fact
            for request in requests
            for posted in request.movements
            if not isinstance(posted.fact, Refused)
        ]
        draft, asked, head = self._read(facts)
        outcomes = []
        for request in requests:
            tried = draft.fork() if request.strict else draft
            answers = [self._answer(posted, tried) for posted in request.movements]
            if not request.strict or not any(isinstance(one, Refused) for one in answers):
                draft = tried
            outcomes.append(answers)
        position = self._append(draft, [*asked, REGISTRY], head)
        self._memory.keep(draft.books.batteries, position)
        return outcomes

    def _read(self, facts: Sequence[Movement]) -> tuple[_Draft, Collection[Subject], Position]:
        """Read what the decisions look at; return it with the subjects read and the head then."""
        asked = dict.fromkeys(subject for fact in facts for subject in decisions.reads(fact))
        recalled = self._memory.recall(facts)
        # A correction concerns what its target does, which only the target tells.
        targets = {f"movement:{fact.target}" for fact in facts if isinstance(fact, Voided)}
        past = self._read_since(asked, recalled, targets)
        records = past.records
        further = _concerned(records, targets) - asked.keys()
        if further:
            asked.update(dict.fromkeys(sorted(further)))
            both = [*records, *self._ledger.read(further).records]
            records = sorted({one.position: one for one in both}.values(), key=_position)
        known = {subject: one.battery for subject, one in recalled.items()}
        draft = _Draft(Books(asked, self._registry, known))
        for record in records:
            self._take_in(record, draft, recalled)
        return draft, asked, past.head

    def _read_since(
        self,
        asked: Collection[Subject],
        recalled: dict[Subject, Remembered],
        targets: Collection[Subject],
    ) -> Past:
        """Read what is new of the subjects; forget those whose past it turns out to change."""
        while True:
            after = dict.fromkeys(asked, 0)
            after.update((subject, one.position) for subject, one in recalled.items())
            after[REGISTRY] = self._registry.position
            past = self._ledger.read(after)
            overtaken = recalled.keys() & _concerned(past.records, targets)
            overtaken |= {
                subject
                for record in past.records
                for subject in recalled.keys() & record.subjects
                if _is_new(record, recalled[subject])
                and not recalled[subject].battery.now.precedes(_decoded(record))
            }
            if not overtaken:
                return past
            for subject in overtaken:
                del recalled[subject]

    def _take_in(
        self, record: Record, draft: _Draft, recalled: Mapping[Subject, Remembered]
    ) -> None:
        fact: Fact = _decoded(record)
        if isinstance(fact, Registration):
            self._learn(record, fact)
        elif isinstance(fact, Movement):
            known = {
                subject
                for subject in recalled.keys() & record.subjects
                if not _is_new(record, recalled[subject])
            }
            draft.books.take_in(Noted(fact, record.data, record.subjects), known)
            draft.recorded[fact.id] = record

    def _answer(self, posted: Posted, draft: _Draft) -> Outcome:
        """Decide one movement; if it is recorded, let it count for those after it."""
        fact = posted.fact
        if isinstance(fact, Refused):
            return fact
        books = draft.books
        try:
            any_movement.admit(fact, posted.poster, books)
            known = books.movement(fact.id)
            if known is not None:
                if not same_json(known.data, posted.data):
                    raise Refused("id_reused")
                return Recorded(draft.receipt(fact.id), duplicate=True)
            remarks = decisions.decide(
                fact, posted.poster, books, posted.received_at, posted.clock_offset
            )
        except Refused as refused:
            return refused
        noted = Noted(fact, posted.data, _subjects(fact, posted.poster, books))
        books.take_in(noted)
        receipt = Receipt(fact.id, [_as_json(remark) for remark in remarks])
        draft.new[fact.id] = receipt
        draft.entries.append(
            Entry(
                fact.type,
                fact.version,
                posted.data,
                noted.subjects,
                posted_by=posted.poster.key,
                sent_at=posted.sent_at,
                remarks=orjson.dumps(receipt.remarks) if remarks else None,
            )
        )
        return Recorded(receipt)

    def _append(self, draft: _Draft, reads: list[Subject], head: Position) -> Position:
        """Write what is new; return the position up to which the draft's books are complete."""
        if not draft.entries:
            return head
        done = self._ledger.append(draft.entries, now=self._clock(), reads=reads, after=head)
        for position, receipt in enumerate(draft.new.values(), done.first):
            receipt.position = position
            receipt.recorded_at = done.recorded_at
        return done.last

    def _catch_up(self) -> Position:
        """Learn the registrations since last time; return the ledger's head."""
        past = self._ledger.read({REGISTRY: self._registry.position})
        for record in past.records:
            self._learn(record, _decoded(record))
        return past.head

    def _learn(self, record: Record, fact: Registration) -> None:
        self._registry.take_in(fact)
        self._registry.position = record.position


def same_json(one: bytes, other: bytes) -> bool:
    """Tell whether two bodies are equal as JSON values, whatever their spaces and order."""
    return one == other or _typed(loads(one)) == _typed(loads(other))


def _typed(value: Any) -> Any:
    """Tell true from 1, which Python holds for equal and JSON does not."""
    match value:
        case bool():
            return ("bool", value)
        case dict():
            return {name: _typed(one) for name, one in value.items()}
        case list():
            return [_typed(one) for one in value]
    return value


def _subjects(fact: Movement, poster: Poster, books: Books) -> tuple[Subject, ...]:
    """Return whom a movement concerns, once its terminal and the target it takes back are known."""
    subjects = fact.subjects()
    if poster.terminal:
        subjects = (*subjects, f"terminal:{poster.terminal}")
    if isinstance(fact, Voided):
        target = books.movement(fact.target)
        assert target is not None, "a void without its target was refused"
        subjects = tuple(dict.fromkeys((*subjects, *target.subjects)))
    return subjects


def _concerned(records: Iterable[Record], targets: Collection[Subject]) -> set[Subject]:
    """Return the batteries and consignments of the records that are targets of corrections."""
    return {
        subject
        for record in records
        if record.subjects[0] in targets
        for subject in record.subjects
        if subject.startswith(("battery:", "consignment:"))
    }


def _is_new(record: Record, remembered: Remembered) -> bool:
    return record.position > remembered.position


def _decoded(record: Record) -> Any:
    return events.decode(record.type, record.version, record.data)


def _position(record: Record) -> Position:
    return record.position


def _as_json(remark: decisions.Remark) -> dict[str, Any]:
    return {
        "code": remark.code,
        "severity": remark.severity,
        "subjects": remark.subjects,
        "params": remark.params,
    }
