"""Who turns what is recorded into leaves of the log? One that follows the ledger, in its order."""

from collections.abc import Iterable, Iterator
from typing import Final

from custody.events import BY_TYPE, Registration
from custody.ledger import Ledger, Record, writing
from custody.ledger.errors import translated
from custody.log import store
from custody.log.entry import ITEMISED, End, Ends, Leaf, Looks, leaf, named
from custody.terms import Position, Subject

RECORDS_MAX = 1_000
"""Records a transaction."""

REMEMBERED_MAX = 100_000
"""Subjects whose last leaf a sealer remembers; of any other it asks the database."""

HEADS: Final = "heads"
REGISTRATIONS: Final = frozenset(
    name for name, fact in BY_TYPE.items() if issubclass(fact, Registration)
)


class Overtaken(Exception):
    """Another has sealed these records; nothing was written."""


class Sealer:
    """Seals the next records, in one transaction each time. Two at once cannot both succeed."""

    def __init__(self, ledger: Ledger, records_max: int = RECORDS_MAX) -> None:
        self._ledger = ledger
        self._records_max = records_max
        self._chains = Chains()
        self.size = 0
        """How far the log had come when it was last looked at."""

    def step(self) -> int:
        """Seal the next records; return how many. Raises Overtaken."""
        engine = self._ledger.engine
        with translated(), engine.connect() as connection:
            before = store.sealed(connection).edge
            if before.size != self.size:
                # Another has sealed since, or a crash has taken back what was not flushed.
                self._chains = Chains()
            self.size = before.size
            records = self._ledger.since(before.size, self._records_max)
            if not records:
                return 0
            unknown = self._chains.unknown(records)
            known = store.ends(connection, unknown, before.size)
        try:
            leaves = self._chains.leaves(records, known)
            after = before.extend([one.hash for one in leaves])
            with writing(engine, durable=False) as connection:
                if not store.advance(connection, before, after):
                    raise Overtaken
                store.add(connection, before.size, leaves)
                store.mark(connection, [*landmarks(records)])
        except BaseException:
            # What was not written must not be believed.
            self._chains = Chains()
            raise
        self.size = after.size
        return len(records)

    def catch_up(self) -> None:
        """Seal all there is."""
        while self.step():
            pass


def landmarks(records: Iterable[Record]) -> Iterator[tuple[str, Position]]:
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
            ends.clear()
        return made
