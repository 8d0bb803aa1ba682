"""What is the root of a list of entries, and what shows that an entry or an older list is in it?

The tree is that of RFC 6962 and RFC 9162 section 2.1, with SHA-256. Hashes are 32 bytes. A *node*
is a full subtree: number `index` of those over 2**level leaves, from the left. A proof is made
from nodes that somebody else keeps, and is checked from nothing but itself.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256

HASH_BYTES = 32
EMPTY = sha256(b"").digest()
"""The root of a tree without leaves."""

# A digest that was begun is copied sooner than one begins: a tree is nothing but digests.
_leaf = sha256(b"\0").copy
_node = sha256(b"\1").copy

Node = Callable[[int, int], bytes]
"""Gives the hash of a node by its level and index."""


class BadProof(ValueError):
    """The proof does not show what it was handed in for."""


def leaf_hash(entry: bytes) -> bytes:
    """Hash an entry into a leaf."""
    begun = _leaf()
    begun.update(entry)
    return begun.digest()


def node_hash(left: bytes, right: bytes) -> bytes:
    """Hash two nodes into the one above them."""
    begun = _node()
    begun.update(left + right)
    return begun.digest()


def root(leaf_hashes: Iterable[bytes]) -> bytes:
    """Return the root over leaf hashes; pairs are joined level by level, an odd last one rises."""
    level = list(leaf_hashes)
    if len(level) == 2:  # so many items have most leaves of a log
        return node_hash(*level)
    while len(level) > 1:
        odd = level[len(level) & ~1 :]
        level = [*map(node_hash, level[::2], level[1::2]), *odd]
    return level[0] if level else EMPTY


@dataclass(frozen=True, slots=True)
class Edge:
    """The right edge of a tree: all that must be known of it to append to it and to tell its root.

    `peaks` are the full subtrees that the leaves make up, one for each bit of `size`, the largest
    (leftmost) first. An edge never changes: appending returns the next one.
    """

    size: int = 0
    peaks: tuple[bytes, ...] = ()

    def append(self, leaf_hash: bytes) -> "Edge":
        """Return the edge after one more leaf."""
        return self.extend((leaf_hash,))

    def extend(self, leaf_hashes: Iterable[bytes]) -> "Edge":
        """Return the edge after more leaves, in their order."""
        level, before, peaks = list(leaf_hashes), self.size, list(self.peaks)
        size = before + len(level)
        risen = list[bytes]()
        while level or before:  # once for each level, from the leaves up
            if before & 1:
                level.insert(0, peaks.pop())
            if len(level) & 1:
                risen.append(level.pop())
            level = [*map(node_hash, level[::2], level[1::2])]
            before >>= 1
        return Edge(size, tuple(risen[::-1]))

    def root(self) -> bytes:
        """Return the root of the tree."""
        return _joined(self.peaks) if self.peaks else EMPTY

    def nodes(self) -> Iterator[tuple[int, int, bytes]]:
        """Return the level and index of each peak's node, and its hash."""
        start = 0
        bits = (bit for bit in reversed(range(self.size.bit_length())) if self.size >> bit & 1)
        for bit, peak in zip(bits, self.peaks, strict=True):
            yield bit, start >> bit, peak
            start += 1 << bit

    def pack(self) -> bytes:
        """Return the peaks as bytes to be kept beside the size."""
        return b"".join(self.peaks)

    @classmethod
    def unpack(cls, size: int, packed: bytes) -> "Edge":
        """Read what `pack` gave for a tree of this size; ValueError if it cannot be that."""
        if size < 0 or len(packed) != size.bit_count() * HASH_BYTES:
            raise ValueError(f"{len(packed)} bytes are no right edge of a tree of {size}")
        starts = range(0, len(packed), HASH_BYTES)
        return cls(size, tuple(packed[at : at + HASH_BYTES] for at in starts))


def inclusion(index: int, size: int, node: Node) -> list[bytes]:
    """Prove that leaf `index` is in the tree of `size`: the hashes beside its way to the root."""
    if not 0 <= index < size:
        raise ValueError(f"a tree of {size} has no leaf {index}")
    start, stop, beside = 0, size, list[bytes]()
    while stop - start > 1:
        split = start + _largest_power_below(stop - start)
        if index < split:
            beside.append(_span(split, stop, node))
            stop = split
        else:
            beside.append(_span(start, split, node))
            start = split
    return beside[::-1]


def consistency(old: int, new: int, node: Node) -> list[bytes]:
    """Prove that the tree of `old` leaves is the beginning of that of `new`.

    Nothing need be shown, and the proof is empty, when the old tree is empty or the new one itself.
    """
    if not 0 <= old <= new:
        raise ValueError(f"a tree of {old} is not the beginning of one of {new}")
    if old == 0:
        return []
    start, stop, beside = 0, new, list[bytes]()
    while old != stop:
        split = start + _largest_power_below(stop - start)
        if old <= split:
            beside.append(_span(split, stop, node))
            stop = split
        else:
            beside.append(_span(start, split, node))
            start = split
    if start > 0:  # else it is the old root itself, which the checker has
        beside.append(_span(start, stop, node))
    return beside[::-1]


def root_of_inclusion(leaf: bytes, index: int, size: int, proof: Sequence[bytes]) -> bytes:
    """Return the root of the tree that has this leaf hash at this place, if the proof is right.

    Raises BadProof when the proof has not the shape that index and size prescribe; whether the
    root is the one expected is for the caller to see.
    """
    if not 0 <= index < size:
        raise BadProof(f"a tree of {size} has no leaf {index}")
    _check_hashes((leaf, *proof))
    # Below the fork where the last leaf's way parts from ours, bits say left or right; above it
    # everything beside us lies to the left, one for each bit that is set.
    below = (index ^ (size - 1)).bit_length()
    above = (index >> below).bit_count()
    if len(proof) != below + above:
        raise BadProof(f"leaf {index} of {size} takes {below + above} hashes, not {len(proof)}")
    found = leaf
    for level, beside in enumerate(proof):
        left = level >= below or index >> level & 1
        found = node_hash(beside, found) if left else node_hash(found, beside)
    return found


def check_consistency(
    old: int, old_root: bytes, new: int, new_root: bytes, proof: Sequence[bytes]
) -> None:
    """See that the tree of `old` leaves is the beginning of the new one, or raise BadProof."""
    if not 0 <= old <= new:
        raise BadProof(f"a tree of {old} is not the beginning of one of {new}")
    _check_hashes((old_root, new_root, *proof))
    if old in {0, new}:  # nothing to be shown by hashes
        begins = not proof and old_root == (new_root if old else EMPTY)
        begins = begins and (new > 0 or new_root == EMPTY)
    else:
        begins = _roots_of_consistency(old, old_root, new, proof) == (old_root, new_root)
    if not begins:
        raise BadProof(f"the tree of {new} does not begin with that tree of {old}")


def _roots_of_consistency(
    old: int, old_root: bytes, new: int, proof: Sequence[bytes]
) -> tuple[bytes, bytes]:
    """Compute both roots from the proof, as RFC 9162 section 2.1.4.2 does."""
    rises = (old & -old).bit_length() - 1  # the last full subtree of the old tree spans 2**rises
    at, last = old - 1 >> rises, new - 1 >> rises
    path = [old_root, *proof] if at == 0 else list(proof)
    below = (at ^ last).bit_length()
    above = (at >> below).bit_count()
    if len(path) != 1 + below + above:
        raise BadProof(f"from {old} to {new} takes another number of hashes than {len(proof)}")
    found_old = found_new = path[0]
    for level, beside in enumerate(path[1:]):
        if level >= below or at >> level & 1:
            found_old, found_new = node_hash(beside, found_old), node_hash(beside, found_new)
        else:
            found_new = node_hash(found_new, beside)
    return found_old, found_new


def _span(start: int, stop: int, node: Node) -> bytes:
    """Return the root over leaves start to stop, which are the beginning of a full subtree."""
    bits = [bit for bit in reversed(range((stop - start).bit_length())) if stop - start >> bit & 1]
    peaks = list[bytes]()
    for bit in bits:
        peaks.append(node(bit, start >> bit))
        start += 1 << bit
    return _joined(peaks)


def _joined(peaks: Sequence[bytes]) -> bytes:
    """Join full subtrees, which get smaller to the right, into the root above them all."""
    *others, joined = peaks
    for peak in reversed(others):
        joined = node_hash(peak, joined)
    return joined


def _largest_power_below(number: int) -> int:
    """Return the largest power of two that is smaller than a number of 2 or more."""
    return 1 << (number - 1).bit_length() - 1


def _check_hashes(hashes: Iterable[bytes]) -> None:
    if any(len(found) != HASH_BYTES for found in hashes):
        raise BadProof(f"a hash has {HASH_BYTES} bytes")
