"""Read, fold, decide, append: the one place where pure meets impure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from json import loads
from threading import Lock
from typing import Any, Literal, NamedTuple

import orjson

from custody import decisions
from custody.decisions import Arrival, Poster, any_movement, chain, concerning, issue, register
from custody.events import Movement, NumbersIssued, Registration
from custody.events.issuing import NumbersWanted, book, series
from custody.events.registry import REGISTRY
from custody.ledger import Entry, Ledger, Moved, Record
from custody.reading import Read, Reading
from custody.state.books import Books, Noted
from custody.terms import Millis, Position, Refused, Subject, day_of

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

    @property
    def arrival(self) -> Arrival:
        """How it came, which is judged as well: its terminal, its signature, its clock."""
        offset = None if self.sent_at is None else self.clock_offset
        return Arrival(self.poster, self.data, offset)


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


class Issue(NamedTuple):
    """The answer to who wants numbers: a book of them, new or given out before under this id."""

    book: NumbersIssued
    again: bool
    position: Position


@dataclass(slots=True)
class _Draft:
    """What one attempt at a batch has come to so far."""

    books: Books
    recorded: Mapping[str, Record]
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
        self._reading = Reading(ledger)
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

    def register(self, fact: Registration, posted_by: str | None = None) -> Registered:
        """Record a registration if it says anything new. Raises Refused, or Contended."""
        with self._one_at_a_time:
            for _ in range(ATTEMPTS_MAX):
                head = self._reading.catch_up()
                registry = self._reading.registry
                first = registry.latest(fact.party()) is None
                if not register.decide(fact, registry):
                    return Registered("unchanged", head)
                body = fact.model_dump(mode="json", exclude_none=True)
                data = orjson.dumps(body)
                entry = Entry(fact.type, fact.version, data, fact.subjects(), posted_by)
                try:
                    done = self._ledger.append(
                        [entry], now=self._clock(), reads=[REGISTRY], after=head
                    )
                except Moved:
                    continue
                return Registered("registered" if first else "changed", done.last)
        raise Contended

    def issue(self, wanted: NumbersWanted, posted_by: str | None = None) -> Issue:
        """Give out a book of numbers, or tell the same again. Raises Refused, or Contended."""
        now = self._clock()
        day = wanted.day or day_of(now)
        subjects = (series(wanted.kind, wanted.site, day), book(wanted.id))
        with self._one_at_a_time:
            for _ in range(ATTEMPTS_MAX):
                issued, known, head = self._reading.numbers(*subjects)
                if known is not None:
                    issue.says_the_same(known, wanted)
                    return Issue(known, again=True, position=head)
                fact = issue.decide(wanted, day, issued, self._reading.registry)
                data = orjson.dumps(fact.model_dump(mode="json", exclude_none=True))
                entry = Entry(fact.type, fact.version, data, fact.subjects(), posted_by)
                reads = [*subjects, REGISTRY]
                try:
                    done = self._ledger.append([entry], now=now, reads=reads, after=head)
                except Moved:
                    continue
                return Issue(fact, again=False, position=done.last)
        raise Contended

    def _attempt(self, requests: Sequence[Request]) -> list[list[Outcome]]:
        facts: list[Movement] = []
        places: dict[Subject, None] = {}
        for request in requests:
            for posted in request.movements:
                if not isinstance(posted.fact, Refused):
                    facts.append(posted.fact)
                    for place in chain.reads(posted.fact, posted.poster):
                        places[place] = None
        read = self._reading.read(facts, places)
        draft = _Draft(read.books, read.recorded)
        outcomes = []
        for request in requests:
            tried = draft.fork() if request.strict else draft
            answers = [self._answer(posted, tried) for posted in request.movements]
            if not request.strict or not any(isinstance(one, Refused) for one in answers):
                draft = tried
            outcomes.append(answers)
        position = self._append(draft, read)
        self._reading.keep(draft.books, position)
        return outcomes

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
                any_movement.says_the_same(known.data, posted.data)
            if known is not None or fact.id in draft.recorded:
                # One that was destroyed is answered as well, and never recorded again.
                return Recorded(draft.receipt(fact.id), duplicate=True)
            remarks = decisions.decide(
                fact, books, posted.received_at, posted.clock_offset, posted.arrival
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

    def _append(self, draft: _Draft, read: Read) -> Position:
        """Write what is new; return the position up to which the draft's books are complete."""
        if not draft.entries:
            return read.head
        done = self._ledger.append(
            draft.entries, now=self._clock(), reads=read.subjects, after=read.head
        )
        for position, receipt in enumerate(draft.new.values(), done.first):
            receipt.position = position
            receipt.recorded_at = done.recorded_at
        return done.last


def _subjects(fact: Movement, poster: Poster, books: Books) -> tuple[Subject, ...]:
    """Return whom a movement concerns, once its terminal and all that it refers to are known."""
    subjects = concerning.subjects(fact, books)
    if poster.terminal is None:
        return subjects
    place = chain.place(fact, poster)
    own = (f"terminal:{poster.terminal}", *([place] if place else ()))
    return tuple(dict.fromkeys((*subjects, *own)))


def _as_json(remark: decisions.Remark) -> dict[str, Any]:
    return {
        "code": remark.code,
        "severity": remark.severity,
        "subjects": remark.subjects,
        "params": remark.params,
    }
