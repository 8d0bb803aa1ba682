"""What happened to one battery, fact by fact, and what did we believe of it at any moment?"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

import orjson

from custody.events import Corrected, Movement, Order, TakingBack, Voided, decode
from custody.events.fact import type_ranks
from custody.events.journey import (
    Codes,
    effective,
    history_of,
    linked,
    of_battery,
    verdicts,
    whereabouts,
)
from custody.events.whereabouts import Whereabouts
from custody.gathering import gather
from custody.ledger import Ledger, Record
from custody.terms import Millis, Position, Subject, millis


@dataclass(frozen=True, slots=True)
class Told:
    """One fact of a battery's history, as it was recorded, and how it stands among the others."""

    record: Record
    fact: Movement
    late: bool
    """It came when a fact that lies after it was recorded already."""
    verdict: TakingBack | None
    """The void or correction that counts against it."""

    @property
    def voided_by(self) -> str | None:
        """The void that counts against it."""
        return self.verdict.id if isinstance(self.verdict, Voided) else None

    @property
    def corrected_by(self) -> str | None:
        """The correction that stands in its place."""
        return self.verdict.id if isinstance(self.verdict, Corrected) else None


@dataclass(frozen=True, slots=True)
class History:
    """Every fact about a battery that was asked for, under whichever of its codes."""

    ref: str
    codes: Codes
    told: Sequence[Told]
    position: Position
    """Where the ledger stood when it was read."""
    as_of: Millis | None = None
    """Until when what happened counts; without it, all does."""
    redacted: Sequence[Record] = ()
    """What was destroyed of the records about it: they count for nothing, and are still there."""

    def in_effective_order(self) -> list[Told]:
        """Return the facts as they were posted, by (`occurred_at`, rank of type, id)."""
        return sorted(self.told, key=lambda one: one.fact.order)

    def all_in_effective_order(self) -> list[Told | Record]:
        """Return the facts, and where the destroyed ones stood among them."""
        return sorted((*self.told, *self.redacted), key=_at)

    def all_as_recorded(self) -> list[Told | Record]:
        """Return the facts and the destroyed ones in the order in which they were recorded."""
        return sorted(
            (*self.told, *self.redacted),
            key=lambda one: one.record.position if isinstance(one, Told) else one.position,
        )

    def whereabouts(self) -> Whereabouts:
        """Return what these facts make of the battery, corrected ones as they should have been."""
        counting = effective([one.fact for one in self.told], of_battery(self.codes))
        as_of = self.as_of
        return whereabouts(
            self.codes, [one for one in counting if as_of is None or one.at <= as_of]
        )

    def until(self, as_of: Millis) -> "History":
        """Return the facts that had happened by an instant; voids count whenever made."""
        kept = [
            one
            for one in self.told
            if one.fact.at <= as_of or one.verdict is not None or isinstance(one.fact, TakingBack)
        ]
        redacted = [one for one in self.redacted if claimed(one) <= as_of]
        return replace(self, told=kept, as_of=as_of, redacted=redacted)


def read(
    ledger: Ledger, ref: str, known_at: Millis | None = None, up_to: Position | None = None
) -> History:
    """Read a battery's history: all of it, or what we knew of it at a moment of our own clock.

    `up_to`: what was recorded up to a position of the ledger.
    """
    head: list[Position] = []

    def recorded(subjects: Collection[Subject]) -> list[Record]:
        past = ledger.read(subjects, redacted=True)
        head.append(past.head)
        last = head[0] if up_to is None else up_to
        return [
            one
            for one in past.records
            if one.position <= last and (known_at is None or one.recorded_at <= known_at)
        ]

    records = gather(recorded, [f"battery:{ref}"])
    return _history(ref, records, head[0] if up_to is None else up_to)


def claimed(record: Record) -> Millis:
    """Say when a destroyed movement claimed to have happened: its place in the log tells it."""
    return millis(datetime.fromisoformat(orjson.loads(record.data)["o"]))


def _at(one: Told | Record) -> Order:
    if isinstance(one, Told):
        return one.fact.order
    return claimed(one), type_ranks[one.type], one.subjects[0].removeprefix("movement:")


def _history(ref: str, everything: Sequence[Record], position: Position) -> History:
    records = [one for one in everything if not one.redacted]
    facts: list[Movement] = [decode(one.type, one.version, one.data) for one in records]
    codes = linked(facts).get(ref, (ref,))
    found = verdicts(facts)
    own = {f"battery:{code}" for code in codes}
    redacted = [one for one in everything if one.redacted and not own.isdisjoint(one.subjects)]
    held = history_of(codes, facts)
    told: list[Told] = []
    latest: Order | None = None
    for record, fact in zip(records, facts, strict=True):
        if fact.id not in held:
            continue  # it came along with another that was asked for
        takes_back = isinstance(fact, TakingBack)
        late = latest is not None and fact.order < latest and not takes_back
        told.append(Told(record, fact, late, found.get(fact.id)))
        if not takes_back:
            latest = fact.order if latest is None else max(latest, fact.order)
    return History(ref, codes, told, position, redacted=redacted)
