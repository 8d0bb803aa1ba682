"""Which trees do the tests try things on, and what are their nodes, hashed the plainest way?"""

from collections.abc import Sequence

from hypothesis import strategies as st

from custody.log import tree

SIZE_MAX = 70


def leaves(size: int) -> list[bytes]:
    """Return the leaf hashes of a log whose entries are the numbers from 0."""
    return [tree.leaf_hash(str(number).encode()) for number in range(size)]


def root_by_definition(hashes: Sequence[bytes]) -> bytes:
    """Return the root as RFC 6962 section 2.1 defines it, by recursion."""
    if not hashes:
        return tree.EMPTY
    if len(hashes) == 1:
        return hashes[0]
    split = 1
    while split * 2 < len(hashes):
        split *= 2
    return tree.node_hash(root_by_definition(hashes[:split]), root_by_definition(hashes[split:]))


def nodes_of(hashes: Sequence[bytes]) -> tree.Node:
    """Return the nodes over leaf hashes; asking for one that is not full fails."""

    def node(level: int, index: int) -> bytes:
        span = hashes[index << level : (index + 1) << level]
        assert len(span) == 1 << level, f"node {index} of level {level} is not full"
        return root_by_definition(span)

    return node


sizes = st.integers(0, SIZE_MAX)


@st.composite
def old_and_new(draw: st.DrawFn) -> tuple[int, int]:
    """Draw two sizes, the first not larger."""
    new = draw(sizes)
    return draw(st.integers(0, new)), new


@st.composite
def index_and_size(draw: st.DrawFn) -> tuple[int, int]:
    """Draw a size, and a leaf of that tree."""
    size = draw(st.integers(1, SIZE_MAX))
    return draw(st.integers(0, size - 1)), size


@st.composite
def bent(draw: st.DrawFn, proof: list[bytes]) -> list[bytes]:
    """Draw a proof that differs from the one given in one thing."""
    how = draw(st.sampled_from(["more", "less", "bit", "short", "swap"]))
    at = draw(st.integers(0, max(0, len(proof) - 1)))
    if how == "more" or not proof:
        return [*proof[:at], draw(st.binary(min_size=32, max_size=32)), *proof[at:]]
    if how == "less":
        return proof[:at] + proof[at + 1 :]
    if how == "short":
        return [*proof[:at], proof[at][:-1], *proof[at + 1 :]]
    if how == "swap" and len(proof) > 1:
        other = (at + 1) % len(proof)
        swapped = list(proof)
        swapped[at], swapped[other] = proof[other], proof[at]
        return swapped
    bit = 1 << draw(st.integers(0, 255))
    turned = (int.from_bytes(proof[at]) ^ bit).to_bytes(32)
    return [*proof[:at], turned, *proof[at + 1 :]]
