"""What does a batch of records do to each battery and consignment that it touches?

A fact that is the last of its battery in effective order only adds a step. One that comes late, or
takes another back, needs the battery's whole history: those are read from the ledger, all at once.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from custody.events import Movement, Order, Registration, Voided, decode
from custody.events.journey import Step, after, effective, steps
from custody.events.whereabouts import UNKNOWN
from custody.ledger import Record
from custody.projections.location import whereabouts_of
from custody.projections.projection import Batch, Turn
from custody.projections.tables import Row
from custody.terms import Subject

Histories = Callable[[Collection[Subject]], Iterable[Record]]
"""Returns every record about some subjects, up to the end of the batch."""


@dataclass(slots=True)
class Touched:
    """What a batch of records says, by whom it concerns."""

    batteries: dict[str, list[Movement]] = field(default_factory=lambda: defaultdict(list))
    consignments: dict[str, list[Movement]] = field(default_factory=lambda: defaultdict(list))
    registrations: list[Registration] = field(default_factory=list)


def touched(records: Iterable[Record], only: Collection[Subject] | None = None) -> Touched:
    """Sort the facts of some records by the batteries and consignments that they are about.

    `only`: leave out all others. A fact about a battery that was asked for names its neighbours
    too, and it is not the whole of their history.
    """
    found = Touched()
    for record in records:
        fact = decode(record.type, record.version, record.data)
        if isinstance(fact, Registration):
            found.registrations.append(fact)
            continue
        for subject in record.subjects:
            if only is not None and subject not in only:
                continue
            kind, _, name = subject.partition(":")
            if kind == "battery":
                found.batteries[name].append(fact)
            elif kind == "consignment":
                found.consignments[name].append(fact)
    return found


def batch(
    found: Touched,
    batteries: Mapping[str, Row],
    consignments: Collection[str],
    histories: Histories,
) -> Batch:
    """Turn each battery and gather each consignment, given the rows and names known before."""
    late = [ref for ref, facts in found.batteries.items() if _is_late(facts, batteries.get(ref))]
    again = [no for no in found.consignments if no in consignments]
    asked = {*(f"battery:{ref}" for ref in late), *(f"consignment:{no}" for no in again)}
    past = touched(histories(sorted(asked)), asked) if asked else Touched()
    turns = {}
    for ref, facts in found.batteries.items():
        row = batteries.get(ref)
        if row is None or ref in past.batteries:
            turns[ref] = _anew(ref, past.batteries.get(ref, facts), row)
        else:
            turns[ref] = _further(ref, facts, row)
    whole = {no: past.consignments.get(no, facts) for no, facts in found.consignments.items()}
    return Batch(turns, whole, found.registrations)


def order_text(order: Order) -> str:
    """Write a place in effective order as text that sorts alike."""
    return f"{order[0]:015d}:{order[1]:02d}:{order[2]}"


def _is_late(facts: Sequence[Movement], row: Row | None) -> bool:
    if row is None:
        return False
    return any(isinstance(fact, Voided) or order_text(fact.order) < row["latest"] for fact in facts)


def _anew(ref: str, facts: Sequence[Movement], row: Row | None) -> Turn:
    told = list(steps(ref, effective(facts)))
    orders = [fact.order for fact in facts if not isinstance(fact, Voided)]
    return Turn(
        ref,
        before=whereabouts_of(row) if row else None,
        steps=told,
        now=told[-1][1] if told else UNKNOWN,
        facts=len(facts),
        latest=order_text(max(orders)) if orders else "",
        whole=True,
    )


def _further(ref: str, facts: list[Movement], row: Row) -> Turn:
    before = battery = whereabouts_of(row)
    told: list[Step] = []
    if len(facts) > 1:
        facts = sorted(facts, key=lambda fact: fact.order)
    for fact in facts:
        now = after(ref, battery, fact)
        if now is not battery:
            battery = now
            told.append((fact.at, now))
    return Turn(
        ref,
        before=before,
        steps=told,
        now=battery,
        facts=row["facts"] + len(facts),
        latest=order_text(facts[-1].order),
        whole=False,
    )
