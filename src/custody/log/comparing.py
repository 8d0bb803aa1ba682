"""Is a stretch of the ledger still what was sealed?

Every record is turned into its leaf once more, by the same published functions, and compared with
the leaf that is kept. Stretches hang together by what is kept of the one before: where that was
changed, it is found there, and so the first stretch that is wrong tells what is.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple

from orjson import JSONDecodeError, loads
from sqlalchemy import Connection

from custody.events import Redacted, decode
from custody.events.fact import type_ranks
from custody.ledger import Ledger, Record
from custody.ledger.errors import translated
from custody.log import indexed, says, store, tiles, tree
from custody.log.entry import Leaf, Unreadable
from custody.log.making import Chains, landmarks
from custody.log.tree import Edge
from custody.terms import Position

RECORDS_AT_ONCE: Final = 8 * tiles.WIDTH_MAX

REDACTION: Final = "redaction"

PARTS: Final = {
    "b": "body",
    "e": "id",
    "i": "items",
    "m": "subjects",
    "o": "occurred_at",
    "r": "recorded_at",
    "t": "type",
}
"""Which part of a record each member of its entry commits to."""


class Wrong(NamedTuple):
    """Something that is not as it was: a stable code, where in the ledger, and what of it."""

    code: str
    position: Position
    what: str = ""


class Stretch(NamedTuple):
    """Positions that follow one another: those past `after`, a multiple of a tile's width."""

    after: Position
    last: Position
    marks: Sequence[Position] = ()
    """Those of them, in order, up to which a checkpoint was published."""


class Compared(NamedTuple):
    """What was found in a stretch; up to what is wrong, if anything is."""

    wrong: Wrong | None
    tops: Sequence[bytes]
    """The node over each full tile of leaves."""
    edge: Edge
    """The tree over the stretch's own leaves."""
    marked: Sequence[Edge]
    """That tree as it was at each mark."""
    subjects: int
    """How many times a record names a subject."""
    landmarks: Sequence[tuple[str, Position]] = ()
    """Records that evidence needs: registrations, by their party, and takings of heads."""
    redacted: Sequence[Position] = ()
    """Where records were destroyed."""
    told: Sequence[Position] = ()
    """Of which positions a record says that they were."""


def compare(ledger: Ledger, stretch: Stretch) -> Compared:
    """Compare the records of a stretch with their leaves, up to the first that is wrong."""
    with translated(), ledger.engine.connect() as connection:
        comparison = _Comparison(ledger, connection, stretch)
        wrong = next(comparison.run(), None)
    return comparison.found(wrong)


class _Comparison:
    def __init__(self, ledger: Ledger, connection: Connection, stretch: Stretch) -> None:
        self._ledger = ledger
        self._connection = connection
        self._stretch = stretch
        self._chains = Chains()
        self._over = Edge()
        """The tree over full tiles: its leaves are their tops."""
        self._tops: list[bytes] = []
        self._rest: Sequence[bytes] = ()
        self._marked: list[Edge] = []
        self._subjects = 0
        self._landmarks: list[tuple[str, Position]] = []
        self._redacted: list[Position] = []
        self._told: list[Position] = []
        self._left_out: list[Wrong] = []

    def found(self, wrong: Wrong | None) -> Compared:
        edge = self._behind(self._rest)
        return Compared(
            wrong,
            self._tops,
            edge,
            self._marked,
            self._subjects,
            self._landmarks,
            self._redacted,
            self._told,
        )

    def run(self) -> Iterator[Wrong]:
        after, last, _ = self._stretch
        while after < last:
            count = min(RECORDS_AT_ONCE, last - after)
            records = self._ledger.since(after, count)
            yield from _gaps(records, after, count)
            known = store.ends(self._connection, self._chains.unknown(records), after)
            try:
                leaves = self._chains.leaves(records, known, self._look)
            except Unreadable as error:
                yield Wrong("record_changed", error.position, "body")
                return
            yield from self._differences(leaves, after, after + count)
            for position in indexed.missing(self._connection, records):
                yield Wrong("index_changed", position)
            yield from self._left_out
            self._count(records)
            self._extend([one.hash for one in leaves], after)
            after += count

    def _look(self, record: Record, body: dict[str, Any]) -> None:
        """Note a movement that names a battery and is not about it: no item shows it."""
        if record.type in type_ranks and (out := says.left_out(body, record.subjects)):
            wrong = Wrong("subject_left_out", record.position, ", ".join(sorted(out)))
            self._left_out.append(wrong)

    def _differences(
        self, leaves: Sequence[Leaf], after: Position, last: Position
    ) -> Iterator[Wrong]:
        kept = store.leaves(self._connection, after + 1, last)
        if len(kept) < len(leaves):
            yield Wrong("leaf_missing", after + 1)
            return
        for (position, hash_, entry), leaf in zip(kept, leaves, strict=True):
            if entry != leaf.entry:
                if tree.leaf_hash(entry) != hash_:
                    yield Wrong("entry_changed", position)
                yield Wrong("record_changed", position, _parts(entry, leaf.entry))
            elif hash_ != leaf.hash:
                yield Wrong("hash_changed", position)

    def _count(self, records: Sequence[Record]) -> None:
        for record in records:
            self._subjects += len(record.subjects)
            if record.redacted:
                self._redacted.append(record.position)
        self._told += redactions(records)
        self._landmarks += landmarks(records)

    def _extend(self, hashes: Sequence[bytes], after: Position) -> None:
        marks = self._stretch.marks
        for at in range(0, len(hashes), tiles.WIDTH_MAX):
            tile = hashes[at : at + tiles.WIDTH_MAX]
            before = after + at
            for mark in marks[
                bisect_right(marks, before) : bisect_right(marks, before + len(tile))
            ]:
                self._marked.append(self._behind(tile[: mark - before]))
            if len(tile) < tiles.WIDTH_MAX:
                self._rest = tile
                return
            self._tops.append(tree.root(tile))
            self._over = self._over.append(self._tops[-1])

    def _behind(self, tile: Sequence[bytes]) -> Edge:
        """Return the edge behind all full tiles and the beginning of one more."""
        own = Edge().extend(tile)
        size = self._over.size * tiles.WIDTH_MAX + own.size
        return Edge(size, self._over.peaks + own.peaks)


def redactions(records: Iterable[Record]) -> Iterator[Position]:
    """Return the positions of which some records say that what stood there was destroyed."""
    for one in records:
        if one.type == REDACTION:
            redacted = decode(one.type, one.version, one.data)
            assert isinstance(redacted, Redacted), "its type says so"
            yield redacted.position


def _gaps(records: Sequence[Record], after: Position, count: int) -> Iterator[Wrong]:
    """Find a record that is not there."""
    for expected, record in enumerate(records, after + 1):
        if record.position != expected:
            yield Wrong("record_missing", expected)
    if len(records) < count:
        yield Wrong("record_missing", after + 1 + len(records))


def _parts(sealed: bytes, now: bytes) -> str:
    """Say which parts of a record are not what its entry commits to."""
    try:
        before, after = loads(sealed), loads(now)
    except JSONDecodeError:
        return ""
    return ", ".join(part for name, part in PARTS.items() if before.get(name) != after.get(name))
