"""Which leaves do the next records become, linked to those before them?"""

from collections.abc import Callable, Iterable, Iterator
from typing import Final, NamedTuple

from custody.events import BY_TYPE, Registration
from custody.ledger import Ledger, Record
from custody.ledger.errors import translated
from custody.log import store
from custody.log.entry import ITEMISED, End, Ends, Leaf, Looks, leaf, named
from custody.terms import Position, Subject

REMEMBERED_MAX = 100_000
"""Subjects whose last leaf is remembered; of any other the database is asked."""

HEADS: Final = "heads"
REGISTRATIONS: Final = frozenset(
    name for name, fact in BY_TYPE.items() if issubclass(fact, Registration)
)

Landmark = tuple[str, Position]
"""A name that a record will be looked for by, and where it lies."""


class Made(NamedTuple):
    """The leaves of some records: hashes and entries, and which of the records are landmarks."""

    hashes: list[bytes]
    entries: list[bytes]
    landmarks: list[Landmark]


Makes = Callable[[Position, int], Made]
"""Makes the leaves of the records past a position, up to so many; what lies before is sealed, or
was made last."""


class Maker:
    """Makes leaves, and remembers where chains end as long as it goes on where it stopped.

    So it may be asked for the next ones while the last are being written, but no further ahead.
    """

    def __init__(self, ledger: Ledger, remembered: int = REMEMBERED_MAX) -> None:
        self._ledger = ledger
        self._remembered = remembered
        self._chains = Chains(remembered)
        self._reached: Position = 0

    def make(self, after: Position, count: int) -> Made:
        """Make the leaves of the next records. Raises Unreadable for what is no record."""
        # Who is asked for other leaves than the next has made some that were not written, or
        # others have sealed since, or a crash has taken back what was not flushed.
        chains = self._chains if after == self._reached else Chains(self._remembered)
        self._chains = Chains(self._remembered)
        records = self._ledger.since(after, count)
        leaves = []
        if records:
            with translated(), self._ledger.engine.connect() as connection:
                known = store.ends(connection, chains.unknown(records), after)
            leaves = chains.leaves(records, known)
        self._chains, self._reached = chains, after + len(records)
        hashes, entries = [one.hash for one in leaves], [one.entry for one in leaves]
        return Made(hashes, entries, [*landmarks(records)])


def landmarks(records: Iterable[Record]) -> Iterator[Landmark]:
    """Name those of some records that evidence of many batteries needs: heads, registrations."""
    for record in records:
        if record.type == HEADS:
            yield HEADS, record.position
        elif record.type in REGISTRATIONS:
            yield record.subjects[0], record.position


class Chains:
    """Where each subject's chain ends, as far as it is remembered."""

    def __init__(self, size: int = REMEMBERED_MAX) -> None:
        self._size = size
        self.ends: dict[Subject, End] = {}

    def unknown(self, records: Iterable[Record]) -> set[Subject]:
        """Return the subjects of some records whose chains' ends are not remembered."""
        named = set[Subject]().union(*[record.subjects for record in records])
        return {one for one in named.difference(self.ends) if one.startswith(ITEMISED)}

    def leaves(
        self, records: Iterable[Record], known: Ends, look: Looks | None = None
    ) -> list[Leaf]:
        """Return the leaves of the next records, each linked to those before it.

        `known`: the ends of chains that are not remembered; all others begin. `look`: see `leaf`.
        """
        ends = self.ends
        ends.update(known)
        made = []
        for record in records:
            one = leaf(record, ends, look)
            made.append(one)
            name = named(one.hash)
            for subject in one.chained:
                end = ends.get(subject)
                ends[subject] = End(1 if end is None else end.version + 1, name)
        if len(ends) > self._size:
            # What was just made may not be written yet, and the database not know of it.
            self.ends = {one: ends[one] for leaf in made for one in leaf.chained}
        return made
