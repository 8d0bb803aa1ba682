"""What does a batch of records do to each battery and consignment that it touches?

A fact that is the last of its battery in effective order only adds a step. One that comes late,
takes another back or joins two codes needs the battery's whole history: those are read from the
ledger, all at once, and told anew as of each of the batch's positions.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from operator import lt
from typing import Any, Final

from custody.events import (
    Movement,
    NumbersIssued,
    Order,
    Registration,
    SiteRegistered,
    TakingBack,
    decode,
)
from custody.events.correction import TAKING_BACK
from custody.events.fact import type_ranks
from custody.events.journey import (
    Codes,
    after,
    effective,
    history_of,
    linked,
    of_battery,
    steps,
)
from custody.events.whereabouts import UNKNOWN
from custody.gathering import THREADED, Pool, gather, leads_on
from custody.ledger import Record
from custody.projections.location import codes, whereabouts_of
from custody.projections.projection import Batch, Recorded, Revision, Turn
from custody.projections.tables import Row
from custody.terms import Position, Subject

TOLD: Final = frozenset({"epcis", "epcis_master_data"})
"""What partners told us says nothing of a battery until it is recorded as a movement: these facts
come by the thousand, and need not be read."""

Decode = Callable[[str, int, bytes], Any]
"""Makes a fact of a record's type, version and body."""

Read = Callable[[Collection[Subject]], Sequence[Record]]
"""Returns every record about some subjects, up to the end of the batch."""

Rows = Callable[[Collection[str]], Iterable[Row]]
"""Returns what is believed of some batteries before the batch."""


@dataclass(slots=True)
class Touched:
    """What a batch of records says, by whom it concerns."""

    first: Position
    batteries: dict[str, list[Recorded]] = field(default_factory=lambda: defaultdict(list))
    consignments: dict[str, list[Movement]] = field(default_factory=lambda: defaultdict(list))
    orders: set[str] = field(default_factory=set)
    registrations: list[Registration] = field(default_factory=list)
    issues: list[NumbersIssued] = field(default_factory=list)
    movements: dict[str, list[Recorded]] = field(default_factory=lambda: defaultdict(list))
    tangled: set[Subject] = field(default_factory=set)
    """Whom a record concerns that leads to others: these need their whole history."""

    def sites_registered(self) -> set[str]:
        """Name the sites that are another's from now on, it may be."""
        return {one.site for one in self.registrations if isinstance(one, SiteRegistered)}

    def tell_again(self, consignment: str) -> None:
        """Let a consignment be told anew though nothing more is said of it."""
        self.consignments.setdefault(consignment, [])


def touched(records: Sequence[Record], decode: Decode = decode) -> Touched:
    """Sort the facts of some records by the batteries and consignments that they are about."""
    found = Touched(records[0].position if records else 0)
    for record in records:
        if record.redacted or record.type in TOLD:
            continue
        fact = decode(record.type, record.version, record.data)
        if record.type not in type_ranks:
            if isinstance(fact, Registration):
                found.registrations.append(fact)
            elif isinstance(fact, NumbersIssued):
                found.issues.append(fact)
            continue
        recorded = (record.position, fact)
        found.movements[record.type].append(recorded)
        for subject in record.subjects[1:]:  # the first is its own name
            kind, _, name = subject.partition(":")
            if kind == "battery":
                found.batteries[name].append(recorded)
            elif kind == "consignment":
                found.consignments[name].append(fact)
            elif kind == "steps":
                found.orders.add(name)
        if record.type in THREADED and leads_on(record):
            found.tangled.update(record.subjects)
    return found


def batch(found: Touched, rows: Rows, consignments: Collection[str], read: Read) -> Batch:
    """Turn each battery and gather each consignment, given the rows and names known before."""
    known = {row["ref"]: row for row in rows(found.batteries.keys())}
    whole = {
        ref for ref, news in found.batteries.items() if _needs_its_past(ref, news, known, found)
    }
    again = {
        no
        for no in found.consignments
        if no in consignments or f"consignment:{no}" in found.tangled
    }
    targets = {
        fact.target
        for type_ in TAKING_BACK
        for _, fact in found.movements.get(type_, ())
        if isinstance(fact, TakingBack)
    }
    asked = {
        *(f"battery:{ref}" for ref in whole),
        *(f"consignment:{no}" for no in again),
        *(f"steps:{no}" for no in found.orders),
        *(f"movement:{target}" for target in targets),
    }
    pool = Pool(gather(read, asked) if asked else ())
    turns = {
        ref: _further(ref, news, known.get(ref))
        for ref, news in found.batteries.items()
        if ref not in whole
    }
    packs = [_pack(ref, pool, known.get(ref)) for ref in sorted(whole)]
    others = {ref for pack in packs for ref in pack} - known.keys()
    known.update((row["ref"], row) for row in rows(others))
    for pack in sorted({tuple(sorted(one)) for one in packs}):
        turns.update((turn.ref, turn) for turn in _anew(pack, pool, known, found.first))
    gathered = {
        no: _facts(gather(pool.read, [f"consignment:{no}"])) if no in again else facts
        for no, facts in found.consignments.items()
    }
    taken_back = {one: _recorded(pool.read([f"movement:{one}"])) for one in sorted(targets)}
    orders = {no: _facts(gather(pool.read, [f"steps:{no}"])) for no in sorted(found.orders)}
    return Batch(
        turns,
        gathered,
        orders,
        found.registrations,
        found.issues,
        found.movements,
        taken_back,
    )


def order_text(order: Order) -> str:
    """Write a place in effective order as text that sorts alike."""
    return f"{order[0]:015d}:{order[1]:02d}:{order[2]}"


def _needs_its_past(
    ref: str, news: Sequence[Recorded], known: Mapping[str, Row], found: Touched
) -> bool:
    row = known.get(ref)
    if found.tangled and f"battery:{ref}" in found.tangled:
        return True
    if row is not None and (row["codes"] or order_text(news[0][1].order) < row["latest"]):
        return True
    if len(news) == 1:
        return False
    times = [fact.at for _, fact in news]
    if all(map(lt, times, times[1:])):
        return False
    orders = [fact.order for _, fact in news]
    return orders != sorted(orders)


def _pack(ref: str, pool: Pool, row: Row | None) -> set[str]:
    """Return every code that shares facts with this one, or did before the batch."""
    facts = _facts(gather(pool.read, [f"battery:{ref}"]))
    return {ref, *linked(facts).get(ref, ()), *(codes(row) if row else ())}


def _anew(
    pack: Collection[str], pool: Pool, known: Mapping[str, Row], first: Position
) -> Iterable[Turn]:
    """Tell the journeys of a pack's codes from their beginning, as of each of the new positions."""
    records = gather(pool.read, [f"battery:{ref}" for ref in pack])
    facts = _facts(records)
    told: dict[str, list[Revision]] = {ref: [] for ref in pack}
    for index, record in enumerate(records):
        if record.position >= first:
            _revise(told, record.position, facts[: index + 1])
    joined = linked(facts)
    for ref in pack:
        own = joined.get(ref, (ref,))
        counting = effective(facts, of_battery(own))
        row = known.get(ref)
        held = history_of(own, facts)
        posted = (one for one in facts if not isinstance(one, TakingBack))
        _, last = told[ref][-1]
        yield Turn(
            ref,
            before=whereabouts_of(row) if row else None,
            revisions=told[ref],
            now=last[-1][1] if last else UNKNOWN,
            facts=len(held),
            latest=_latest([one for one in (*counting, *posted) if one.id in held]),
            whole=True,
            codes=own,
        )


def _revise(
    told: Mapping[str, list[Revision]], position: Position, facts: Sequence[Movement]
) -> None:
    joined = linked(facts)
    for ref, revisions in told.items():
        own: Codes = joined.get(ref, (ref,))
        journey = list(steps(own, effective(facts, of_battery(own)))) if own[0] == ref else []
        revisions.append((position, journey))


def _further(ref: str, news: Sequence[Recorded], row: Row | None) -> Turn:
    before = whereabouts_of(row) if row else None
    battery = before or UNKNOWN
    told: list[Revision] = []
    own = (ref,)
    for position, fact in news:
        now = after(own, battery, fact)
        if now is not battery:
            battery = now
            told.append((position, ((fact, now),)))
    return Turn(
        ref,
        before=before,
        revisions=told,
        now=battery,
        facts=(row["facts"] if row else 0) + len(news),
        latest=order_text(news[-1][1].order),
        whole=False,
        codes=own,
    )


def _latest(facts: Sequence[Movement]) -> str:
    return order_text(max(fact.order for fact in facts)) if facts else ""


def _recorded(records: Iterable[Record]) -> list[Recorded]:
    return [(one.position, decode(one.type, one.version, one.data)) for one in records]


def _facts(records: Iterable[Record]) -> list[Movement]:
    return [decode(one.type, one.version, one.data) for one in records]
