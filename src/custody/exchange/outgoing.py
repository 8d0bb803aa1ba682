"""How are our own facts told as events? With what was recorded before them, and nothing else.

So the same ledger is told in the same events, however often the index is made again. What is
announced to be destroyed is told no more, though its body may still be there for a moment.
"""

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from threading import Lock
from typing import Final, NamedTuple

from custody.epcis import outward
from custody.events import Movement, Redacted, SiteRegistered, TakingBack, decode
from custody.events.fact import type_ranks
from custody.events.registry import REGISTRY
from custody.exchange.adding import Told
from custody.ledger import Ledger, Record
from custody.terms import Millis, Position, Subject

DISPATCH: Final = "dispatch"


class Outgoing:
    """Tells movements, and remembers whose each site is, and what is to be destroyed.

    For whoever indexes, and beside it for those who capture.
    """

    def __init__(self) -> None:
        self._learning = Lock()
        self._registered: Position = 0
        self._sites: dict[str, list[tuple[Position, str]]] = defaultdict(list)
        self._announced: set[Position] = set()

    def __call__(self, ledger: Ledger, records: Sequence[Record]) -> dict[Position, Sequence[Told]]:
        """Tell the movements among some records, by position."""
        to_tell = [one for one in records if one.type in type_ranks and not one.redacted]
        if not to_tell:
            return {}
        self._learn(ledger)
        movements = {
            one.position: decode(one.type, one.version, one.data)
            for one in to_tell
            if one.position not in self._announced
        }
        read = _read(ledger, movements.values(), self._announced)
        context = outward.CONTEXT.json
        return {
            position: [
                Told(said, context)
                for said in outward.told(fact, _Before(position, self._sites, read))
            ]
            for position, fact in movements.items()
        }

    def _learn(self, ledger: Ledger) -> None:
        """Learn what was registered, and announced, since last time."""
        with self._learning:
            past = ledger.read({REGISTRY: self._registered})
            for record in past.records:
                fact = decode(record.type, record.version, record.data)
                if isinstance(fact, SiteRegistered):
                    self._sites[fact.site].append((record.position, fact.organisation))
                elif isinstance(fact, Redacted):
                    self._announced.add(fact.position)
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


def _read(
    ledger: Ledger, movements: Iterable[Movement], announced: set[Position]
) -> dict[Subject, list[Record]]:
    """Read at once what the movements of a batch may refer to, and what those refer to; of it,
    nothing of what is `announced` to be destroyed.
    """
    wanted: set[Subject] = set()
    for fact in movements:
        if isinstance(fact, TakingBack):
            wanted.add(f"movement:{fact.target}")
        wanted.update(f"consignment:{no}" for no in fact.consignments_named())
    if not wanted:
        return {}
    found: dict[Subject, list[Record]] = defaultdict(list)
    for record in _there(ledger, wanted, announced):
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
        for record in _there(ledger, further, announced):
            for subject in further.intersection(record.subjects):
                found[subject].append(record)
    return found


def _there(ledger: Ledger, about: set[Subject], announced: set[Position]) -> list[Record]:
    return [one for one in ledger.read(about).records if one.position not in announced]
