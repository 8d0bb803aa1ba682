"""In which file of a log does a hash or an entry lie, and what may that file be called?

The layout is that of C2SP tlog-tiles. A tile of level L holds up to 256 hashes, which are nodes of
the tree at level 8 L; a full one's root is a hash of the level above. Entry bundles lie beside the
tiles of level 0 and hold the entries whose leaf hashes those hold. The tile at the right edge is
partial: its width is how many hashes it has, and it is a prefix of every wider one.
"""

import re
import struct
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from custody.log import tree

HEIGHT: Final = 8
WIDTH_MAX: Final = 1 << HEIGHT
LEVEL_MAX: Final = 63
NUMBER_MAX: Final = 2**63 - 1
ENTRY_BYTES_MAX: Final = 65_535
TILES_KNOWN_MAX: Final = 256
"""Tiles whose nodes are remembered, about 50 KiB each: those high up are in many proofs."""
NOTHING: Final = tree.Edge()
ENTRIES: Final = "entries"

Level = int | Literal["entries"]

_PATH = re.compile(
    r"tile/(?P<level>entries|[0-9]{1,2})"
    r"/(?P<number>(?:x[0-9]{3}/){,6}[0-9]{3})"
    r"(?:\.p/(?P<width>[0-9]{1,3}))?"
)


class BadPath(ValueError):
    """No tile is called that."""


class BadBundle(ValueError):
    """The bytes are not the entries that were to be read."""


class Tile(NamedTuple):
    """A file of a log: its level or `ENTRIES`, which one from the left, how many it holds."""

    level: Level
    number: int
    width: int = WIDTH_MAX


class Place(NamedTuple):
    """Where a node lies: over some hashes of a tile, as many as `span`, from `first` on."""

    level: int
    number: int
    first: int
    span: int


def path(level: Level, number: int, width: int = WIDTH_MAX) -> str:
    """Return a tile's path below the log's address, such as `tile/0/x001/x234/067.p/89`."""
    digits = f"{number:03}"
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    name = "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
    return f"tile/{level}/{name}" + (f".p/{width}" if width < WIDTH_MAX else "")


def parse(text: str) -> Tile:
    """Read a tile's path; BadPath for everything but the one way of writing it."""
    found = _PATH.fullmatch(text)
    if found is None:
        raise BadPath(text)
    level: Level = ENTRIES if found["level"] == ENTRIES else int(found["level"])
    number = int(found["number"].replace("x", "").replace("/", ""))
    width = WIDTH_MAX if found["width"] is None else int(found["width"])
    tile = Tile(level, number, width)
    within = (level == ENTRIES or level <= LEVEL_MAX) and number <= NUMBER_MAX and width > 0
    if not within or path(*tile) != text:
        raise BadPath(text)
    return tile


def hashes_at(level: Level, size: int) -> int:
    """Return how many hashes all tiles of a level hold together in a log of this size."""
    return size if level == ENTRIES else size >> HEIGHT * level


def width(level: Level, number: int, size: int) -> int:
    """Return how many hashes a tile holds in a log of this size; 0 if there is no such tile yet."""
    return min(WIDTH_MAX, max(0, hashes_at(level, size) - number * WIDTH_MAX))


def edge(size: int) -> Iterator[Tile]:
    """List the partial tiles of a log of this size, from level 0 up."""
    level = 0
    while (held := hashes_at(level, size)) > 0:
        number, part = divmod(held, WIDTH_MAX)
        if part:
            yield Tile(level, number, part)
        level += 1


def place(level: int, index: int) -> Place:
    """Tell which hashes of which tile the node `index` of a level of the tree lies over."""
    tile_level, rises = divmod(level, HEIGHT)
    number, first = divmod(index << rises, WIDTH_MAX)
    return Place(tile_level, number, first, 1 << rises)


def over(leaf: int, size: int) -> Iterator[tuple[int, int]]:
    """List the tiles, by level and number, that hold what lies beside a leaf's way to the root.

    Nodes at the right edge of the tree are left out: they need not be where the leaf is.
    """
    level = 0
    while hashes_at(level, size):
        number = leaf >> HEIGHT * (level + 1)
        if width(level, number, size):
            yield level, number
        level += 1


def split(hashes: bytes) -> list[bytes]:
    """Cut a tile into its hashes; ValueError if the last is not whole."""
    if len(hashes) % tree.HASH_BYTES:
        raise ValueError(f"{len(hashes)} bytes are no row of hashes")
    starts = range(0, len(hashes), tree.HASH_BYTES)
    return [hashes[at : at + tree.HASH_BYTES] for at in starts]


def top(hashes: bytes) -> bytes:
    """Hash a full tile, or the part of one that a node lies over, up to the node above it all."""
    return tree.root(split(hashes))


def nodes(read: Callable[[int, int], bytes], edge: tree.Edge = NOTHING) -> tree.Node:
    """Return the nodes of a tree whose tiles `read` gives by level and number.

    What `read` returns may be wider than needed. `edge`: of the tree, or of an older one: the nodes
    that it holds are not looked for in tiles.
    """
    known = {(level, index): peak for level, index, peak in edge.nodes()}

    def node(level: int, index: int) -> bytes:
        if found := known.get((level, index)):
            return found
        at = place(level, index)
        hashes = read(at.level, at.number)
        if len(hashes) < (at.first + at.span) * tree.HASH_BYTES:
            raise ValueError(f"tile {at.level}/{at.number} lacks hash {at.first + at.span - 1}")
        return _risen(hashes)[at.span.bit_length() - 1][at.first // at.span]

    return node


@lru_cache(maxsize=TILES_KNOWN_MAX)
def _risen(hashes: bytes) -> Sequence[Sequence[bytes]]:
    """Return all nodes over the hashes of a tile, level by level; of a full one they never change,
    so they are kept."""
    levels = [split(hashes)]
    while len(below := levels[-1]) > 1:
        levels.append([*map(tree.node_hash, below[::2], below[1::2])])
    return levels


def bundle(entries: Iterable[bytes]) -> bytes:
    """Write entries as a bundle: each after its length, two bytes big-endian."""
    return b"".join(part for entry in entries for part in (_length(entry), entry))


def unbundle(bundle: bytes) -> list[bytes]:
    """Read a bundle's entries; BadBundle if it ends in the middle of one or holds too many."""
    entries, at = list[bytes](), 0
    while at < len(bundle):
        start = at + 2
        stop = start + int.from_bytes(bundle[at:start])
        if start > len(bundle) or stop > len(bundle):
            raise BadBundle(f"ends in the middle of entry {len(entries)}")
        entries.append(bundle[start:stop])
        at = stop
    if len(entries) > WIDTH_MAX:
        raise BadBundle(f"holds {len(entries)} entries, at most {WIDTH_MAX}")
    return entries


def _length(entry: bytes) -> bytes:
    if len(entry) > ENTRY_BYTES_MAX:
        raise ValueError(f"an entry has at most {ENTRY_BYTES_MAX} bytes, not {len(entry)}")
    return struct.pack(">H", len(entry))
