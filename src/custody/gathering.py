"""What else must be read, so that the facts of a battery or consignment are complete?

A correction may bring a battery to a movement that was not about it; a tag joins two codes; a
hand-on names no battery. Whoever reads by subject follows these threads until nothing new comes.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence

from custody.events import decode
from custody.events.journey import joins
from custody.ledger import Record
from custody.terms import Position, Subject

Read = Callable[[Collection[Subject]], Iterable[Record]]
"""Returns every record about some subjects, in the order of the ledger."""

THREADED = frozenset({"void", "correct", "tag", "dispatch"})
"""Types whose records may lead to others."""


def gather(read: Read, subjects: Collection[Subject]) -> list[Record]:
    """Read all records about some subjects, and those that they lead to."""
    asked: set[Subject] = set()
    wanted = set(subjects)
    found: dict[Position, Record] = {}
    while wanted:
        asked |= wanted
        new = [one for one in read(sorted(wanted)) if one.position not in found]
        found.update((one.position, one) for one in new)
        wanted = further(new) - asked
    return [found[position] for position in sorted(found)]


def further(records: Iterable[Record]) -> set[Subject]:
    """Return the subjects that some records lead to."""
    return {subject for record in records for subject in threads(record)}


def leads_on(record: Record) -> bool:
    """Tell whether a record leads to others at all."""
    if record.type not in THREADED:
        return False
    return record.type != "dispatch" or record.subjects[1].startswith("movement:")


def threads(record: Record) -> Iterator[Subject]:
    """Tell which other subjects must be read with a record: other movements, other codes."""
    if record.type not in THREADED:
        return
    if record.type == "dispatch":
        # The hand-ons that were recorded before it, which stand right behind its own movement.
        for subject in record.subjects[1:]:
            if not subject.startswith("movement:"):
                return
            yield subject
        return
    if record.type != "tag":
        yield from (one for one in record.subjects[1:] if one.startswith("movement:"))
    if record.redacted:
        return  # whether it joined codes, nobody knows any more
    if record.type != "void" and joins(decode(record.type, record.version, record.data)):
        yield from (one for one in record.subjects if one.startswith("battery:"))


class Pool:
    """Records at hand, by subject: what was read at once for many is looked up here for each."""

    def __init__(self, records: Iterable[Record]) -> None:
        self._by_subject: dict[Subject, list[Record]] = defaultdict(list)
        for record in records:
            for subject in record.subjects:
                self._by_subject[subject].append(record)

    def read(self, subjects: Collection[Subject]) -> Sequence[Record]:
        """Return the records about some subjects, each once, in the order of the ledger."""
        if len(subjects) == 1:
            (subject,) = subjects
            return self._by_subject.get(subject, ())
        found = {
            record.position: record
            for subject in subjects
            for record in self._by_subject.get(subject, ())
        }
        return [found[position] for position in sorted(found)]
