"""How does an event that came in become a record of the ledger: once, and beside all others?"""

from collections.abc import Collection, Mapping, Sequence
from json import loads
from typing import Any, Final, NamedTuple, Protocol
from uuid import UUID, uuid5

import msgspec
import orjson

from custody.access import Role, Subject
from custody.epcis.event import Event
from custody.epcis.hashing import event_hash
from custody.epcis.inward import Sites, Understood, understood
from custody.epcis.inward.hearing import ours_alone
from custody.events import decode
from custody.events.captured import EVENT_ID_MAX, EventCaptured
from custody.events.redaction import announcement_of
from custody.exchange.written import Fact, read_fact
from custody.ledger import Entry, Ledger, Moved, Record
from custody.terms import FieldError, Millis, Position, Refused

TYPE: Final = "epcis"
ATTEMPTS_MAX: Final = 20
"""How often a capture is tried anew because another was quicker with an event of the same id."""

RECORD_TIME: Final = "recordTime"
"""The one field of an event that whoever keeps it writes, and nobody else."""

Key = tuple[str, Millis | None]
"""What tells an event apart: its id, and when it was declared wrong, if this is the declaration."""

NAMELESS: Final = Understood()
"""What is read of an event without an id of its own: it could not be told from another."""


class Captor(NamedTuple):
    """Who captures: by which key, for which site or organisation, and as what."""

    key: str
    site: str | None
    organisation: str | None
    role: Role = "operator"
    terminal: str | None = None
    division: str | None = None

    @property
    def asker(self) -> Subject:
        """Who that is to whoever decides what may be seen and posted."""
        return Subject(
            self.key, self.role, self.site, self.terminal, self.organisation, self.division
        )


class Arrived(NamedTuple):
    """An event as it came: what it says, its own text, and which movements of ours that is."""

    event: Event
    said: bytes
    read: Understood


class Kept(NamedTuple):
    """Where an event stands."""

    event_id: str
    position: Position
    recorded_at: Millis
    again: bool = False
    """It was there before, with the same content."""
    redacted: bool = False
    """It was there before, and was destroyed since: whatever comes under its id brings nothing."""
    movement: str | None = None
    """It is what we tell ourselves of this movement, which stands there."""


Outcome = Kept | Refused

Known = dict[Key, tuple[Fact | None, Kept]]
"""What one side has told before; None in the place of what was destroyed since."""


class TellsOurs(Protocol):
    """Tells of some events which are ours, told back."""

    @property
    def subjects(self) -> frozenset[str]:
        """What the answer follows from, in the ledger."""

    def outcomes(self) -> Mapping[int, Outcome]:
        """Say what becomes of those that are, by their places, as of now."""


Side = tuple[tuple[str, ...], str | None]
"""Whose an event is: its sites, and its organisation."""


def record(
    ledger: Ledger,
    arrived: Sequence[Arrived],
    capture: UUID,
    captor: Captor,
    now: Millis,
    *,
    strict: bool,
    ours: TellsOurs | None = None,
) -> list[Outcome]:
    """Record the events of a capture in one commit; if `strict`, all of them or none.

    `ours`: what becomes of those that have the id of an event that we tell; None: nobody asks.

    Recording the same capture again changes nothing: an event without an id gets one that follows
    from the capture and its place in it.
    """
    facts = _facts(arrived, capture, captor)
    own = {f"event:{fact.event_id}" for fact in facts}
    for _ in range(ATTEMPTS_MAX):
        past = ledger.read(own, redacted=True)
        known = _known(ledger, past.records, captor)
        outcomes, new = _sorted_out(facts, known, {} if ours is None else ours.outcomes())
        refused = any(isinstance(one, Refused) for one in outcomes)
        if not new or (strict and refused):
            return outcomes
        beside = _subjects_beside(capture, captor)
        entries = [_entry(fact, beside, captor) for fact in new]
        reads = {entry.subjects[0] for entry in entries}
        if ours is not None:
            reads |= ours.subjects
        try:
            done = ledger.append(entries, now=now, reads=reads, after=past.head)
        except Moved:
            continue
        places = {_key(fact): position for position, fact in enumerate(new, done.first)}
        return [
            one
            if isinstance(one, Refused) or one.position
            else Kept(one.event_id, places[_key(fact)], done.recorded_at, one.again)
            for one, fact in zip(outcomes, facts, strict=True)
        ]
    raise Refused("unavailable")


def destroyed(ledger: Ledger, event_id: str) -> list[Record]:
    """Return what is left of the events of an id that were captured and destroyed since."""
    past = ledger.read([f"event:{event_id}"], redacted=True)
    return [one for one in past.records if one.redacted]


def named(arrived: Arrived, capture: UUID) -> str:
    """Return the id that an event has, or is given for good."""
    event = arrived.event
    return event.event_id or f"urn:uuid:{uuid5(capture, str(event.index))}"


def arrived(event: Event, said: bytes, sites: Sites = ours_alone) -> Arrived:
    """Read an event that came in. Raises Refused if it could not be kept under its id."""
    if event.event_id is not None and len(event.event_id) > EVENT_ID_MAX:
        error = FieldError("/eventID", "too_long", {"bound": EVENT_ID_MAX})
        raise Refused("epcis_invalid", error)
    if event.event_id is None:
        return Arrived(event, said, NAMELESS)
    return Arrived(event, said, understood(event, sites))


def _facts(arrived: Sequence[Arrived], capture: UUID, captor: Captor) -> list[Fact]:
    name, (sites, organisation) = str(capture), _side(captor)
    facts = []
    for one in arrived:
        event = one.event
        declared = event.error_declaration
        fact = Fact(
            event_id=named(one, capture),
            declared_at=None if declared is None else declared.declared_at,
            said=one.said.decode(),
            context=orjson.dumps(event.context.json).decode(),
            hash=event_hash(event),
            capture=name,
            movements=tuple([body["id"] for body in one.read.movements]),
            sites=sites,
            organisation=organisation,
        )
        facts.append(fact)
    return facts


def _known(ledger: Ledger, records: Sequence[Record], captor: Captor) -> Known:
    """Say which events one side has told before; of those destroyed since, nothing but that."""
    gone = {one.position: one for one in records if one.redacted}
    known: Known = {}
    for record in records:
        if record.redacted:
            continue
        kept = read_fact(record.data)
        if (kept.sites, kept.organisation) == _side(captor):
            known[_key(kept)] = kept, _kept(record)
    for key, position in _destroyed(ledger, gone).items():
        if side_of(gone[position]) == _side(captor):
            known.setdefault(key, (None, _kept(gone[position])))
    return known


def _destroyed(ledger: Ledger, gone: Collection[Position]) -> dict[Key, Position]:
    """Tell which events stood where, by what announced their destruction."""
    if not gone:
        return {}
    announced = ledger.read([announcement_of(position) for position in gone]).records
    facts = [decode(one.type, one.version, one.data) for one in announced]
    return {(one.event, one.declared_at): one.position for one in facts if one.event is not None}


def _sorted_out(
    facts: Sequence[Fact], known: Known, ours: Mapping[int, Outcome]
) -> tuple[list[Outcome], list[Fact]]:
    """Tell what is new, what was there before, and what has the id of another."""
    outcomes: list[Outcome] = []
    new: dict[Key, Fact] = {}
    for at, fact in enumerate(facts):
        key = _key(fact)
        if key in known:
            before, kept = known[key]
            same = before is None or _alike(before, fact)
            outcomes.append(kept if same else reused(fact.event_id))
        elif at in ours:
            outcomes.append(ours[at])
        elif key in new:
            again = Kept(fact.event_id, 0, 0, again=True)
            outcomes.append(again if _alike(new[key], fact) else reused(fact.event_id))
        else:
            new[key] = fact
            outcomes.append(Kept(fact.event_id, 0, 0))
    return outcomes, [*new.values()]


def _side(captor: Captor) -> Side:
    """Say from which side something comes: another side's word is its own, and not known."""
    return () if captor.site is None else (captor.site,), captor.organisation


def side_of(record: Record) -> Side:
    """Say from which side a record came, of which nothing else is left."""
    parted = [one.partition(":") for one in record.subjects]
    sites = tuple(name for kind, _, name in parted if kind == "site")
    return sites, next((name for kind, _, name in parted if kind == "organisation"), None)


def reused(event_id: str) -> Refused:
    """Refuse an event under whose id something else is known."""
    return Refused(
        "epcis_event_reused", FieldError("/eventID", "event_id_reused", {"id": event_id})
    )


def _alike(one: Fact, other: Fact) -> bool:
    return _content(one) == _content(other) and loads(one.context) == loads(other.context)


def _content(fact: Fact) -> dict[str, Any]:
    content: dict[str, Any] = msgspec.json.decode(fact.said)
    for written_elsewhere in (RECORD_TIME, "@context"):
        content.pop(written_elsewhere, None)
    return content


def _key(fact: Fact) -> Key:
    return fact.event_id, fact.declared_at


def _kept(record: Record) -> Kept:
    event_id = record.subjects[0].removeprefix("event:")
    return Kept(event_id, record.position, record.recorded_at, True, record.redacted)


def _subjects_beside(capture: UUID, captor: Captor) -> tuple[str, ...]:
    """Name whom each event of a capture concerns beside itself."""
    sites, organisation = _side(captor)
    return (
        f"capture:{capture}",
        *(f"site:{site}" for site in sites),
        *([f"organisation:{organisation}"] if organisation else ()),
    )


def _entry(fact: Fact, beside: tuple[str, ...], captor: Captor) -> Entry:
    subjects = (f"event:{fact.event_id}", *beside)
    data = msgspec.json.encode(fact)
    return Entry(TYPE, EventCaptured.version, data, subjects, posted_by=captor.key)
