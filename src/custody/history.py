"""What happened to one battery, fact by fact, and what did we believe of it at any moment?"""

from collections.abc import Sequence
from dataclasses import dataclass

from custody.events import Movement, Order, Voided, decode
from custody.events.journey import effective, voided_by, whereabouts
from custody.events.whereabouts import Whereabouts
from custody.ledger import Ledger, Record
from custody.terms import Millis, Position


@dataclass(frozen=True, slots=True)
class Told:
    """One fact of a battery's history, as it was recorded, and how it stands among the others."""

    record: Record
    fact: Movement
    late: bool
    """It came when a fact that lies after it was recorded already."""
    voided_by: str | None
    """The void that counts against it."""


@dataclass(frozen=True, slots=True)
class History:
    """Every fact about a battery that was asked for."""

    ref: str
    told: Sequence[Told]
    position: Position
    """Where the ledger stood when it was read."""

    def in_effective_order(self) -> list[Told]:
        """Return the facts as they happened: by (`occurred_at`, rank of type, id)."""
        return sorted(self.told, key=lambda one: one.fact.order)

    def whereabouts(self) -> Whereabouts:
        """Return what these facts make of the battery."""
        return whereabouts(self.ref, effective([one.fact for one in self.told]))

    def known_by(self, position: Position) -> "History":
        """Return the facts recorded up to a position."""
        return History(
            self.ref,
            _told([one.record for one in self.told if one.record.position <= position]),
            position,
        )

    def until(self, as_of: Millis) -> "History":
        """Return the facts that had happened by an instant; voids count whenever they were made."""
        kept = [one for one in self.told if one.fact.at <= as_of or isinstance(one.fact, Voided)]
        return History(self.ref, kept, self.position)


def read(ledger: Ledger, ref: str, known_at: Millis | None = None) -> History:
    """Read a battery's history: all of it, or what we knew of it at a moment of our own clock."""
    past = ledger.read([f"battery:{ref}"])
    records = [one for one in past.records if known_at is None or one.recorded_at <= known_at]
    return History(ref, _told(records), past.head)


def _told(records: Sequence[Record]) -> list[Told]:
    facts: list[Movement] = [decode(one.type, one.version, one.data) for one in records]
    voids = voided_by(facts)
    told: list[Told] = []
    latest: Order | None = None
    for record, fact in zip(records, facts, strict=True):
        late = latest is not None and fact.order < latest and not isinstance(fact, Voided)
        void = voids.get(fact.id)
        told.append(Told(record, fact, late, void.id if void else None))
        if not isinstance(fact, Voided):
            latest = fact.order if latest is None else max(latest, fact.order)
    return told
