"""Is everything in the database still what was sealed, and is that what was published?

Every record is turned into its leaf once more, by the same published functions, and compared with
the leaf that is kept; the tree is built once more from those, and compared with every checkpoint
that was handed out. So whoever changed a row, whichever it was, is found by its position.
"""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from typing import Final, NamedTuple

from orjson import JSONDecodeError, loads
from sqlalchemy import Connection, func, select

from custody.ledger import Ledger, Record
from custody.ledger.errors import translated
from custody.ledger.tables import about, head
from custody.log import notes, store, tiles, tree
from custody.log.entry import Leaf, Unreadable
from custody.log.sealer import Chains
from custody.log.tables import tile
from custody.log.tree import Edge
from custody.terms import Position

RECORDS_AT_ONCE: Final = 2_000

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

Report = Callable[[int, int], None]
"""Told how many records are verified, of how many."""

OpensNote = Callable[[str], tuple[int, bytes]]
"""Reads a published checkpoint: its size and root. Raises ValueError if it is not well signed."""


class Wrong(NamedTuple):
    """Something that is not as it was: a stable code, where in the ledger, and what of it."""

    code: str
    position: Position
    what: str = ""


class Verified(NamedTuple):
    """How many records and checkpoints were compared, and what was found wrong, the first first."""

    records: int
    checkpoints: int
    wrong: Sequence[Wrong]


def verify(ledger: Ledger, opens: OpensNote, report: Report, kept: Sequence[str] = ()) -> Verified:
    """Prove the whole ledger once more against what was published.

    It goes on to the first record that is wrong: all behind it hangs on it. `kept`: checkpoints
    that somebody else has kept, which may have been removed here.
    """
    with translated(), ledger.engine.connect() as connection:
        begun = store.begun(connection)
        size = 0 if begun is None else begun.edge.size
        published = [_read(opens, one.text, one.edge.size) for one in notes.all_of(connection)]
        published += [_read(opens, text) for text in kept]
        whole = _Whole(ledger, connection, {one.size for one in published})
        wrong = [*_one(whole.records(size, report))]
        if begun is not None and not wrong:
            wrong = [*_one(whole.above(begun.edge)), *_one(_published(whole.roots, published))]
        wrong += _one(_ends(connection, size))
    return Verified(whole.edge.size, len(published), sorted(wrong, key=lambda one: one.position))


class _Note(NamedTuple):
    """A checkpoint that was handed out; its root, or why it cannot be told."""

    size: int
    root: bytes | None
    why: str = ""


def _read(opens: OpensNote, text: str, kept_as: int | None = None) -> _Note:
    try:
        size, root = opens(text)
    except ValueError as error:
        return _Note(kept_as or 0, None, str(error))
    if kept_as not in (None, size):
        return _Note(size, None, f"kept as one of {kept_as}")
    return _Note(size, root)


class _Whole:
    """The whole ledger, turned into leaves once more."""

    def __init__(self, ledger: Ledger, connection: Connection, wanted: Collection[int]) -> None:
        self._ledger = ledger
        self._connection = connection
        self._chains = Chains()
        self._subjects = self._sum = 0
        self.edge = Edge()
        self.roots: dict[int, bytes] = {0: tree.EMPTY}
        """The root at each size that a checkpoint is of."""
        self._wanted = wanted

    def records(self, size: int, report: Report) -> Iterator[Wrong]:
        """Compare each record with the leaf that is kept of it."""
        while self.edge.size < size:
            after = self.edge.size
            records = self._ledger.since(after, min(RECORDS_AT_ONCE, size - after))
            yield from _gaps(records, after, min(RECORDS_AT_ONCE, size - after))
            unknown = self._chains.unknown(records)
            known = store.ends(self._connection, unknown, after)
            try:
                leaves = self._chains.leaves(records, known)
            except Unreadable as error:
                yield Wrong("record_changed", error.position, "body")
                return
            yield from _compared(self._connection, records, leaves)
            self._extend(records, leaves)
            report(self.edge.size, size)

    def above(self, sealed: Edge) -> Iterator[Wrong]:
        """Compare what is kept above the leaves, and the index, with what follows from them."""
        size = self.edge.size
        if sealed != self.edge:
            yield Wrong("edge_changed", size)
        node = notes.nodes(self._connection)
        for level, number, hashes in self._connection.execute(select(tile)):
            below = level * tiles.HEIGHT
            for place, hash_ in enumerate(tiles.split(bytes(hashes))):
                index = number * tiles.WIDTH_MAX + place
                if _above(node, below, index) != hash_:
                    yield Wrong("tile_changed", (index + 1) << below, f"{level}/{number}")
        lengths = func.sum(about.c.position * func.length(about.c.subject))
        asked = select(func.count(), func.coalesce(lengths, 0)).where(about.c.position <= size)
        found = tuple(map(int, self._connection.execute(asked).one()))
        if found != (self._subjects, self._sum):
            yield Wrong("index_changed", size)

    def _extend(self, records: Sequence[Record], leaves: Sequence[Leaf]) -> None:
        for record, leaf in zip(records, leaves, strict=True):
            self._subjects += len(record.subjects)
            self._sum += record.position * sum(map(len, record.subjects))
            self.edge = self.edge.append(leaf.hash)
            if record.position in self._wanted:
                self.roots[record.position] = self.edge.root()


def _one(wrong: Iterator[Wrong]) -> Iterator[Wrong]:
    """Pass on the first, if there is one."""
    first = next(wrong, None)
    if first is not None:
        yield first


def _gaps(records: Sequence[Record], after: Position, count: int) -> Iterator[Wrong]:
    """Find a record that is not there."""
    for expected, record in zip(range(after + 1, after + 1 + count), records, strict=False):
        if record.position != expected:
            yield Wrong("record_missing", expected)
    if len(records) < count:
        yield Wrong("record_missing", after + 1 + len(records))


def _compared(
    connection: Connection, records: Sequence[Record], leaves: Sequence[Leaf]
) -> Iterator[Wrong]:
    first, last = records[0].position, records[-1].position
    entries = store.entries(connection, first, last)
    hashes = store.hashes(connection, first, last)
    if len(entries) < len(records):
        yield Wrong("leaf_missing", first)
        return
    for record, leaf, entry, hash_ in zip(records, leaves, entries, hashes, strict=True):
        if entry != leaf.entry:
            if tree.leaf_hash(entry) != hash_:
                yield Wrong("entry_changed", record.position)
            yield Wrong("record_changed", record.position, _parts(entry, leaf.entry))
        elif hash_ != leaf.hash:
            yield Wrong("hash_changed", record.position)


def _parts(sealed: bytes, now: bytes) -> str:
    """Say which parts of a record are not what its entry commits to."""
    try:
        before, after = loads(sealed), loads(now)
    except JSONDecodeError:
        return ""
    return ", ".join(part for name, part in PARTS.items() if before.get(name) != after.get(name))


def _above(node: tree.Node, level: int, index: int) -> bytes:
    """Join the two halves of a node, or of level 8 all that lies in the tile below it."""
    halves = [node(level - 1, 2 * index), node(level - 1, 2 * index + 1)]
    return tree.node_hash(*halves)


def _published(roots: Mapping[int, bytes], published: Sequence[_Note]) -> Iterator[Wrong]:
    """Compare every checkpoint that was handed out with the tree at its size."""
    for one in published:
        if one.root is None:
            yield Wrong("checkpoint_unsigned", one.size, one.why)
        elif roots.get(one.size) != one.root:
            yield Wrong("checkpoint_differs", one.size)


def _ends(connection: Connection, size: int) -> Iterator[Wrong]:
    """See that the ledger does not end before the log does."""
    position = connection.scalar(select(head.c.position)) or 0
    if position < size:
        yield Wrong("ledger_cut", position + 1)
