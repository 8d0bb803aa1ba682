"""What is destroyed of a record in the last resort, so that everything else can still be proved?

Its body and its key. In the body's place is put its entry of the log, which the key's salts have
made into something that says nothing: so the log can be sealed anew into the same bytes, also from
a backup. That it was destroyed is recorded first, as a fact of its own.
"""

from typing import Any, Final, NamedTuple

from custody import access_log
from custody.access_log import Look
from custody.events import EventCaptured, Redacted, decode
from custody.events.fact import type_ranks
from custody.events.redaction import Reason
from custody.ledger import Entry, Ledger, Record, erasing, writing
from custody.ledger.errors import translated
from custody.log import notes, says, store
from custody.log.comparing import REDACTION
from custody.log.entry import Unreadable, chained, leaf
from custody.terms import Millis, Position

ASKER = "custody redact"

NAMED: Final = {"movement": "movement", "event": "event", "master_data": "capture"}
"""Kind of a record's first subject, its own name → how what announces its destruction calls it."""


class Irredeemable(Exception):
    """A record cannot be destroyed: a stable code."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class Why(NamedTuple):
    """Why a record is to be destroyed, and the number of the matter elsewhere."""

    reason: Reason
    case: str | None = None


def found(ledger: Ledger, position: Position) -> Record:
    """Return the record of a movement, or of what a partner told us, if it may be destroyed.

    Raises Irredeemable: `not_recorded`; `not_a_movement`, nor told by a partner, for the registry
    is put right by registering anew; `not_published`, as long as no checkpoint that was handed out
    holds it; `changed`, for whoever has changed it would have destroyed what shows that.
    """
    records = ledger.since(position - 1, 1) if position > 0 else []
    if not records or records[0].position != position:
        raise Irredeemable("not_recorded")
    (record,) = records
    if record.type not in type_ranks and _kind(record) not in NAMED:
        raise Irredeemable("not_a_movement")
    if position > notes.size(ledger.engine):
        raise Irredeemable("not_published")
    if _sealed_entry(ledger, record) is None:
        raise Irredeemable("changed")
    return record


def name_of(record: Record) -> str:
    """Return the id of a movement or of an event: its own name is what it is about first."""
    return record.subjects[0].partition(":")[2]


def redact(ledger: Ledger, record: Record, why: Why, now: Millis) -> Position:
    """Destroy what a record says; what was begun before is brought to its end.

    Return where that was announced: evidence has to be as of then. Projections know of it until
    they are rebuilt. Raises Irredeemable as `found` does.
    """
    position = record.position
    entry = _sealed_entry(ledger, record)
    if entry is None:
        raise Irredeemable("changed")
    said = {"position": position, "reason": why.reason, "case": why.case, **_named(record)}
    fact = Redacted(type=REDACTION, **said)
    announced = _announced(ledger, fact, now)
    access_log.lay_out(ledger.engine)
    with writing(ledger.engine) as connection:
        look = Look(ASKER, "redact", record.subjects[0], why.reason, now)
        access_log.note(connection, look)
        erasing.destroy(connection, position, entry)
    erasing.scrub(ledger.engine, ["record"])
    return announced


def _announced(ledger: Ledger, fact: Redacted, now: Millis) -> Position:
    """Record what is about to be destroyed, unless that was done before; return where it stands."""
    subjects = fact.subjects()
    before = ledger.read(subjects[:1]).records
    if before:
        return before[0].position
    body = says.written(fact.model_dump(mode="json", exclude_none=True))
    entry = Entry(REDACTION, Redacted.version, body, subjects, ASKER)
    return ledger.append([entry], now=now).first


def naming(record: Record) -> dict[str, str]:
    """Name a record as what announces its destruction does: which movement, event or capture."""
    return {NAMED[_kind(record)]: name_of(record)}


def _kind(record: Record) -> str:
    return record.subjects[0].partition(":")[0] if record.subjects else ""


def _named(record: Record) -> dict[str, Any]:
    """Name what is destroyed, so that who is told it again knows it."""
    named = naming(record)
    if record.redacted or _kind(record) != "event":
        return named
    fact = decode(record.type, record.version, record.data)
    assert isinstance(fact, EventCaptured), "its name says so"
    return {**named, "declared_at": fact.declared_at}


def _sealed_entry(ledger: Ledger, record: Record) -> bytes | None:
    """Return the entry of a record's leaf; None if it is not what the record comes to."""
    position = record.position
    with translated(), ledger.engine.connect() as connection:
        ends = store.ends(connection, chained(record.subjects), position - 1)
        entries = store.entries(connection, position, position)
    try:
        entry = leaf(record, ends).entry
    except Unreadable:
        return None
    return entry if entries == [entry] else None
