"""How are our own facts told as events? With what was recorded before them, and nothing else.

So the same ledger is told in the same events, however often the index is made again.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from custody.epcis import outward
from custody.events import Movement, SiteRegistered, TakingBack, decode
from custody.events.fact import type_ranks
from custody.events.registry import REGISTRY
from custody.exchange.indexing import Told
from custody.ledger import Ledger, Record
from custody.terms import Millis, Position, Subject

DISPATCH: Final = "dispatch"


class Outgoing:
    """Tells movements, and remembers whose each site is."""

    def __init__(self) -> None:
        self._registered: Position = 0
        self._sites: dict[str, list[tuple[Position, str]]] = defaultdict(list)

    def __call__(self, ledger: Ledger, records: Sequence[Record]) -> dict[Position, Sequence[Told]]:
        """Tell the movements among some records, by position."""
        movements = {
            one.position: decode(one.type, one.version, one.data)
            for one in records
            if one.type in type_ranks and not one.redacted
        }
        if not movements:
            return {}
        self._learn(ledger)
        read = _read(ledger, movements.values())
        context = outward.CONTEXT.json
        return {
            position: [
                Told(said, context)
                for said in outward.told(fact, _Before(position, self._sites, read))
            ]
            for position, fact in movements.items()
        }

    def _learn(self, ledger: Ledger) -> None:
        """Learn the registrations since last time."""
        past = ledger.read({REGISTRY: self._registered})
        for record in past.records:
            fact = decode(record.type, record.version, record.data)
            if isinstance(fact, SiteRegistered):
                self._sites[fact.site].append((record.position, fact.organisation))
        self._registered = past.head


class _Before(NamedTuple):
    """What was recorded before a position, as far as events tell of it."""

    position: Position
    sites: dict[str, list[tuple[Position, str]]]
    read: dict[Subject, list[Record]]

    def organisation(self, site: str, at: Millis) -> str | None:
        """Return whose a site was by what was registered until then."""
        known = self.sites.get(site, [])
        before = bisect_left(known, (self.position, ""))
        return known[before - 1][1] if before else None

    def movement(self, id: str) -> Movement | None:  # noqa: A002 - as the protocol names it
        """Return a movement that was recorded before, unless it was destroyed."""
        subject = f"movement:{id}"
        for record in self.read.get(subject, []):
            if record.subjects[0] == subject and record.position < self.position:
                found: Movement = decode(record.type, record.version, record.data)
                return found
        return None

    def dispatch(self, consignment: str) -> str | None:
        """Return the movement by which a consignment was sent, if it was recorded before."""
        for record in self.read.get(f"consignment:{consignment}", []):
            if record.type == DISPATCH and record.position < self.position:
                return record.subjects[0].removeprefix("movement:")
        return None


def _read(ledger: Ledger, movements: Iterable[Movement]) -> dict[Subject, list[Record]]:
    """Read at once what the movements of a batch may refer to, and what those refer to."""
    wanted: set[Subject] = set()
    for fact in movements:
        if isinstance(fact, TakingBack):
            wanted.add(f"movement:{fact.target}")
        wanted.update(f"consignment:{no}" for no in fact.consignments_named())
    if not wanted:
        return {}
    found: dict[Subject, list[Record]] = defaultdict(list)
    for record in ledger.read(wanted).records:
        for subject in wanted.intersection(record.subjects):
            found[subject].append(record)
    targets = [one for each in found.values() for one in each if one.type in type_ranks]
    further = {
        subject
        for record in targets
        for subject in record.subjects
        if subject.startswith("consignment:")
    } - wanted
    if further:
        for record in ledger.read(further).records:
            for subject in further.intersection(record.subjects):
                found[subject].append(record)
    return found
