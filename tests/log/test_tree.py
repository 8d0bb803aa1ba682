from base64 import b64decode
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.log import tree
from custody.log.tree import BadProof, Edge
from tests.log.shared import golden_json
from tests.log.trees import (
    bent,
    index_and_size,
    leaves,
    nodes_of,
    old_and_new,
    root_by_definition,
    sizes,
)


def test_the_classic_tree_of_eight() -> None:
    classic = golden_json("merkle/rfc6962_tree8.json")
    hashes = [tree.leaf_hash(bytes.fromhex(leaf)) for leaf in classic["leaf_inputs_hex"]]
    assert [leaf.hex() for leaf in hashes] == classic["node_hashes_by_level"][0]
    for size, expected in enumerate(classic["root_by_size_hex"]):
        assert tree.root(hashes[:size]).hex() == expected
        assert Edge().extend(hashes[:size]).root().hex() == expected


def test_published_inclusion_proofs_hold_and_their_mutations_do_not() -> None:
    cases = golden_json("merkle/inclusion.json")
    assert len(cases) == 98
    for case in cases:
        assert _includes(case) is not case["wantErr"], case["_file"]


def _includes(case: dict[str, Any]) -> bool:
    proof = [b64decode(text) for text in case["proof"] or []]
    try:
        root = tree.root_of_inclusion(
            b64decode(case["leafHash"] or ""), case["leafIdx"], case["treeSize"], proof
        )
    except BadProof:
        return False
    return root == b64decode(case["root"] or "")


@given(sizes)
def test_the_root_is_the_one_that_the_standard_defines(size: int) -> None:
    assert tree.root(leaves(size)) == root_by_definition(leaves(size))
    assert Edge().extend(leaves(size)).root() == root_by_definition(leaves(size))


@given(old_and_new())
def test_appending_some_and_then_others_is_appending_all(pair: tuple[int, int]) -> None:
    old, new = pair
    whole = Edge().extend(leaves(new))
    edge = Edge().extend(leaves(old))
    assert edge.extend(leaves(new)[old:]) == whole
    for leaf in leaves(new)[old:]:
        edge = edge.append(leaf)
    assert edge == whole


@given(sizes)
def test_an_edge_reads_back_and_nothing_else_does(size: int) -> None:
    edge = Edge().extend(leaves(size))
    assert Edge.unpack(size, edge.pack()) == edge
    with pytest.raises(ValueError, match="no right edge"):
        Edge.unpack(size, edge.pack() + b"\0")


@given(index_and_size())
def test_every_leaf_is_shown_to_be_where_it_is(pair: tuple[int, int]) -> None:
    index, size = pair
    hashes = leaves(size)
    proof = tree.inclusion(index, size, nodes_of(hashes))
    found = tree.root_of_inclusion(hashes[index], index, size, proof)
    assert found == root_by_definition(hashes)


@given(index_and_size(), st.data())
def test_a_bent_inclusion_proof_shows_nothing(pair: tuple[int, int], data: st.DataObject) -> None:
    index, size = pair
    hashes = leaves(size)
    proof = data.draw(bent(tree.inclusion(index, size, nodes_of(hashes))))
    try:
        found = tree.root_of_inclusion(hashes[index], index, size, proof)
    except BadProof:
        return
    assert found != root_by_definition(hashes)


@given(index_and_size(), st.data())
def test_a_leaf_is_shown_to_be_nowhere_else(pair: tuple[int, int], data: st.DataObject) -> None:
    index, size = pair
    hashes = leaves(size)
    proof = tree.inclusion(index, size, nodes_of(hashes))
    elsewhere = data.draw(st.integers(-2, size + 2).filter(lambda other: other != index))
    try:
        found = tree.root_of_inclusion(hashes[index], elsewhere, size, proof)
    except BadProof:
        return
    assert found != root_by_definition(hashes)


@given(old_and_new())
def test_every_older_tree_is_shown_to_be_the_beginning(pair: tuple[int, int]) -> None:
    old, new = pair
    hashes = leaves(new)
    old_root, new_root = root_by_definition(hashes[:old]), root_by_definition(hashes)
    proof = tree.consistency(old, new, nodes_of(hashes))
    tree.check_consistency(old, old_root, new, new_root, proof)


@given(old_and_new(), st.data())
def test_a_bent_consistency_proof_shows_nothing(pair: tuple[int, int], data: st.DataObject) -> None:
    old, new = pair
    hashes = leaves(new)
    old_root, new_root = root_by_definition(hashes[:old]), root_by_definition(hashes)
    proof = data.draw(bent(tree.consistency(old, new, nodes_of(hashes))))
    with pytest.raises(BadProof):
        tree.check_consistency(old, old_root, new, new_root, proof)


@given(old_and_new().filter(lambda pair: pair[0] > 0), st.binary(min_size=32, max_size=32))
def test_another_root_is_shown_by_no_proof(pair: tuple[int, int], other: bytes) -> None:
    old, new = pair
    hashes = leaves(new)
    old_root, new_root = root_by_definition(hashes[:old]), root_by_definition(hashes)
    proof = tree.consistency(old, new, nodes_of(hashes))
    with pytest.raises(BadProof):
        tree.check_consistency(old, other, new, new_root, proof)
    with pytest.raises(BadProof):
        tree.check_consistency(old, old_root, new, other, proof)


def test_a_tree_does_not_shrink() -> None:
    with pytest.raises(BadProof, match="not the beginning"):
        tree.check_consistency(2, tree.root(leaves(2)), 1, tree.root(leaves(1)), [])


def test_an_empty_tree_has_one_root() -> None:
    with pytest.raises(BadProof):
        tree.check_consistency(0, leaves(1)[0], 0, leaves(1)[0], [])


def test_nobody_proves_what_is_not_there() -> None:
    with pytest.raises(ValueError, match="no leaf 3"):
        tree.inclusion(3, 3, nodes_of(leaves(3)))
    with pytest.raises(ValueError, match="not the beginning"):
        tree.consistency(4, 3, nodes_of(leaves(3)))
