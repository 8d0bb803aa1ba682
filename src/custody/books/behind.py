"""What does the ledger say of the movements behind the lines of a book, as known at a position?"""

from collections.abc import Collection, Iterable
from typing import NamedTuple

from custody.events import Corrected, Movement, Voided, decode
from custody.events.journey import verdicts
from custody.gathering import Pool, gather
from custody.ledger import Ledger, Record
from custody.projections import consignments as projected
from custody.projections.tables import Row
from custody.terms import Position, Subject

MOVEMENTS_AT_ONCE = 500
CONSIGNMENTS_AT_ONCE = 100
"""So many are read at once: some name a thousand batteries, and that more than once."""


class Behind(NamedTuple):
    """A movement as it counts, and the record that brought it."""

    record: Record
    fact: Movement
    corrected_by: str | None = None
    voided_by: str | None = None


def movements(ledger: Ledger, ids: Iterable[str], known: Position) -> dict[str, Behind]:
    """Return movements as they counted when the ledger had come to a position.

    One that was voided by then stands there as it was posted.
    """
    wanted = list(dict.fromkeys(ids))
    found: dict[str, Behind] = {}
    for first in range(0, len(wanted), MOVEMENTS_AT_ONCE):
        found |= _movements(ledger, wanted[first : first + MOVEMENTS_AT_ONCE], known)
    return found


def consignments(ledger: Ledger, nos: Collection[str], known: Position) -> dict[str, Row]:
    """Return what was released of each consignment against what arrived, as known then."""

    def read(subjects: Collection[Subject]) -> list[Record]:
        return [one for one in ledger.read(subjects).records if one.position <= known]

    wanted = sorted(nos)
    told: dict[str, Row] = {}
    for first in range(0, len(wanted), CONSIGNMENTS_AT_ONCE):
        some = wanted[first : first + CONSIGNMENTS_AT_ONCE]
        pool = Pool(gather(read, {f"consignment:{no}" for no in some}))
        told |= {no: _told(no, gather(pool.read, [f"consignment:{no}"])) for no in some}
    return told


def source(behind: Behind) -> Row:
    """Say who recorded a movement, and where it stands."""
    return {
        "operator": behind.fact.operator,
        "capture": behind.fact.capture,
        "movement": behind.fact.id,
        "position": behind.record.position,
        "recorded_at": behind.record.recorded_at,
        "corrected_by": behind.corrected_by,
    }


def _movements(ledger: Ledger, ids: Collection[str], known: Position) -> dict[str, Behind]:
    records = [
        one
        for one in ledger.read([f"movement:{id_}" for id_ in ids]).records
        if one.position <= known
    ]
    facts = [decode(one.type, one.version, one.data) for one in records]
    last_words = verdicts(facts)
    wanted = frozenset(ids)
    found: dict[str, Behind] = {}
    for record, fact in zip(records, facts, strict=True):
        if fact.id not in wanted:
            continue
        verdict = last_words.get(fact.id)
        if isinstance(verdict, Corrected):
            found[fact.id] = Behind(record, verdict.instead_of(fact), corrected_by=verdict.id)
        elif isinstance(verdict, Voided):
            found[fact.id] = Behind(record, fact, voided_by=verdict.id)
        else:
            found[fact.id] = Behind(record, fact)
    return found


def _told(no: str, records: Iterable[Record]) -> Row:
    facts = [decode(one.type, one.version, one.data) for one in records]
    row, items = projected.tell(no, facts, {})  # who may be told of it is no matter of a book
    open_ = sum(1 for item in items if item["released"] and item["outcome"] is None)
    return {**row, "unaccounted": open_}
