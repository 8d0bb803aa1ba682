"""Is everything in the database still what was sealed, and is that what was published?

Every record is turned into its leaf once more and compared with the leaf that is kept; the tree is
built once more from those, and compared with every checkpoint that was handed out. So whoever
changed a row, whichever it was, is found by its position.
"""

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager
from operator import itemgetter
from typing import Final, NamedTuple

from sqlalchemy import Connection, Engine, func, select

from custody.ledger import Ledger, Record
from custody.ledger.errors import translated
from custody.ledger.tables import about, head
from custody.log import heads, indexed, notes, store, stretches, tiles, tree
from custody.log.comparing import (
    RECORDS_AT_ONCE,
    REDACTION,
    Compared,
    Stretch,
    Wrong,
    compare,
    redactions,
)
from custody.log.making import HEADS
from custody.log.notes import Published
from custody.log.stretches import Shares
from custody.log.tables import landmark, tile
from custody.log.tree import Edge
from custody.terms import Position

SPAN: Final = 1 << 12
"""Records in a stretch: a power of two, so that each is a node of the tree, and many tiles; few
enough that at the end no core waits long for another."""

Report = Callable[[int, int], None]
"""Told how many records are verified, of how many."""

OpensNote = Callable[[str], tuple[int, bytes]]
"""Reads a published checkpoint: its size and root. Raises ValueError if it is not well signed."""


class Verified(NamedTuple):
    """How many records and checkpoints were compared, and what was found wrong, the first first."""

    records: int
    checkpoints: int
    wrong: Sequence[Wrong]
    redacted: Sequence[Position] = ()
    """Where records were destroyed: their leaves are there, and nobody can say what of."""
    takings: int = 0
    """How many takings of heads were made again: the latest ones, up to heads.ROWS_MAX rows."""


def verify(
    ledger: Ledger,
    opens: OpensNote,
    report: Report,
    kept: Sequence[str] = (),
    span: int = SPAN,
    alone: int | None = None,
) -> Verified:
    """Prove the whole ledger once more against what was published.

    It goes on to the first record that is wrong: all behind it hangs on it. `kept`: checkpoints
    that somebody else has kept, which may have been removed here. `span` and `alone`: see SPAN and
    stretches.ALONE_MAX.
    """
    made_again = 0
    with (
        translated(),
        _sharing(ledger, alone) as shared,
        _at_one_moment(ledger.engine) as connection,
    ):
        begun = store.begun(connection)
        size = 0 if begun is None else begun.edge.size
        handed_out = notes.all_of(connection)
        published = [_read(opens, one.text, one.edge.size) for one in handed_out]
        published += [_read(opens, text) for text in kept]
        whole = _Whole(span)
        parts = _parted(size, span, sorted({one.size for one in published}))
        compared = shared(compare, parts)
        counted = shared(indexed.misnumbered, indexed.parted(ledger, size, span))
        wrong = [*_one(whole.joined(compared, size, report))]
        if begun is not None and not wrong:
            wrong = [*_one(_above(connection, whole, begun.edge, counted))]
            wrong += _one(_published(whole.roots, published))
        if begun is not None and not wrong:
            own = _own_takings(ledger, whole, handed_out, published[len(handed_out) :])
            differing = heads.differing(connection, begun.secret, own)
            wrong += [Wrong("heads_differ", position) for position in differing.positions]
            made_again = differing.made_again
            wrong += _unlike(whole.redacted, [*whole.told, *_told_since(ledger, size)])
        wrong += _one(_cut(connection, size))
    wrong = sorted(wrong, key=lambda one: one.position)
    return Verified(whole.edge.size, len(published), wrong, tuple(whole.redacted), made_again)


def _sharing(ledger: Ledger, alone: int | None) -> AbstractContextManager[Shares]:
    """Start whoever has a share, before anything is open here that a fork would have as well."""
    with ledger.engine.connect() as connection:
        begun = store.begun(connection)
    size = 0 if begun is None else begun.edge.size
    return stretches.sharing(ledger, stretches.processes(size, alone))


@contextmanager
def _at_one_moment(engine: Engine) -> Iterator[Connection]:
    """Read the log as it is when it is read first: it goes on growing, tiles and all, meanwhile."""
    with engine.connect() as connection:
        if connection.dialect.name == "postgresql":  # SQLite's readers have no other way
            connection.execution_options(isolation_level="REPEATABLE READ")
        yield connection


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


def _parted(size: int, span: int, marks: Sequence[Position]) -> list[Stretch]:
    """Part a ledger into stretches, each with the checkpoints that were published of it."""
    return [
        Stretch(
            after,
            min(after + span, size),
            marks[bisect_right(marks, after) : bisect_right(marks, after + span)],
        )
        for after in range(0, size, span)
    ]


class _Whole:
    """The whole ledger, joined from its stretches."""

    def __init__(self, span: int) -> None:
        self._span = span
        self._full = Edge()
        """The tree over whole stretches: its leaves are nodes of the ledger's, and so its peaks."""
        self.edge = Edge()
        self.roots: dict[int, bytes] = {0: tree.EMPTY}
        """The root at each size that a checkpoint is of."""
        self.tops: list[bytes] = []
        """The node over each full tile of leaves."""
        self.subjects = 0
        self.landmarks: list[tuple[str, Position]] = []
        self.redacted: list[Position] = []
        self.told: list[Position] = []

    def joined(self, found: Iterable[Compared], size: int, report: Report) -> Iterator[Wrong]:
        """Join stretches in their order, up to what is wrong in one of them."""
        for one in found:
            if one.wrong is not None:
                yield one.wrong
                return
            self._join(one)
            report(self.edge.size, size)

    def _join(self, one: Compared) -> None:
        after = self.edge.size
        for edge in one.marked:
            self.roots[after + edge.size] = self._behind(after, edge).root()
        self.edge = self._behind(after, one.edge)
        if one.edge.size == self._span:
            self._full = self._full.append(one.edge.root())
            self.edge = Edge(self.edge.size, self._full.peaks)
        self.tops += one.tops
        self.subjects += one.subjects
        self.landmarks += one.landmarks
        self.redacted += one.redacted
        self.told += one.told

    def _behind(self, after: int, edge: Edge) -> Edge:
        return Edge(after + edge.size, self._full.peaks + edge.peaks)


def _one(wrong: Iterator[Wrong]) -> Iterator[Wrong]:
    """Pass on the first, if there is one."""
    first = next(wrong, None)
    if first is not None:
        yield first


def _above(
    connection: Connection, whole: _Whole, sealed: Edge, counted: Iterable[Position | None]
) -> Iterator[Wrong]:
    """Compare what is kept above the leaves, and the index, with what follows from them.

    `counted`: where the first name of each part of the index is misnumbered.
    """
    size = whole.edge.size
    if sealed != whole.edge:
        yield Wrong("edge_changed", size)
    yield from _tiles(connection, whole.tops)
    asked = select(func.count()).select_from(about).where(about.c.position <= size)
    if connection.scalar(asked) != whole.subjects:
        yield Wrong("index_changed", size)
    misnumbered = [position for position in counted if position is not None]
    if misnumbered:
        yield Wrong("index_changed", min(misnumbered))
    kept = {(one.name, one.position) for one in connection.execute(select(landmark))}
    for name, position in sorted(kept ^ {*whole.landmarks}, key=itemgetter(1)):
        yield Wrong("landmark_changed", position, name)


def _tiles(connection: Connection, tops: Sequence[bytes]) -> Iterator[Wrong]:
    kept = {(one.level, one.number): bytes(one.hashes) for one in connection.execute(select(tile))}
    for level, number, hashes in _tiles_over(tops):
        found = kept.get((level, number), b"")
        starts = range(0, max(len(found), len(hashes)), tree.HASH_BYTES)
        for place, at in enumerate(starts):
            if found[at : at + tree.HASH_BYTES] != hashes[at : at + tree.HASH_BYTES]:
                index = number * tiles.WIDTH_MAX + place
                position = (index + 1) << level * tiles.HEIGHT
                yield Wrong("tile_changed", position, f"{level}/{number}")


def _tiles_over(tops: Sequence[bytes]) -> Iterator[tuple[int, int, bytes]]:
    """Build the tiles from level 1 up, over the nodes that are level 1's hashes."""
    level, hashes = 1, tops
    while hashes:
        parts = [hashes[at : at + tiles.WIDTH_MAX] for at in range(0, len(hashes), tiles.WIDTH_MAX)]
        yield from ((level, number, b"".join(part)) for number, part in enumerate(parts))
        hashes = [tree.root(part) for part in parts if len(part) == tiles.WIDTH_MAX]
        level += 1


def _published(roots: Mapping[int, bytes], published: Sequence[_Note]) -> Iterator[Wrong]:
    """Compare every checkpoint that was handed out with the tree at its size."""
    for one in published:
        if one.root is None:
            yield Wrong("checkpoint_unsigned", one.size, one.why)
        elif roots.get(one.size) != one.root:
            yield Wrong("checkpoint_differs", one.size)


def _own_takings(
    ledger: Ledger, whole: _Whole, handed_out: Sequence[Published], kept: Sequence[_Note]
) -> Iterator[Record]:
    """Return the takings of heads, the latest first, whose salts this log's secret yields.

    Those of a ledger that was restored are of the log that it had then, whose secret is gone. They
    are from before the first checkpoint of this one, and stand before whatever somebody has kept.
    """
    begun = min((one.published_at for one in handed_out), default=None)
    size = min((one.size for one in kept if one.root is not None), default=None)
    for name, position in reversed(whole.landmarks):
        if name == HEADS:
            (record,) = ledger.since(position - 1, 1)
            is_later = begun is not None and record.recorded_at >= begun
            if not is_later and (size is None or position <= size):
                return
            yield record


def _told_since(ledger: Ledger, size: int) -> Iterator[Position]:
    """Return what was destroyed according to records that are not sealed yet."""
    while records := ledger.since(size, RECORDS_AT_ONCE, types=[REDACTION]):
        yield from redactions(records)
        size = records[-1].position


def _unlike(redacted: Sequence[Position], told: Sequence[Position]) -> Iterator[Wrong]:
    """Find what was destroyed without a word, and what was not although it is said to be."""
    for position in sorted({*redacted} - {*told}):
        yield Wrong("redaction_untold", position)
    for position in sorted({*told} - {*redacted}):
        yield Wrong("redaction_unfinished", position)


def _cut(connection: Connection, size: int) -> Iterator[Wrong]:
    """See that the ledger does not end before the log does."""
    position = connection.scalar(select(head.c.position)) or 0
    if position < size:
        yield Wrong("ledger_cut", position + 1)
