"""Which proofs fit which tree, as others published it and as RFC 6962 defines it?"""

import json
from base64 import b64decode

from hypothesis import given
from hypothesis import strategies as st

from custody.auditing.custody_verify import EMPTY_ROOT, is_consistent, leaf_hash, root_of
from tests.auditing import tree
from tests.log.shared import golden


def test_published_inclusion_proofs_are_judged_as_published() -> None:
    for case in json.loads(golden("merkle/inclusion.json").read_text()):
        proof = [b64decode(one) for one in case["proof"] or ()]
        found = root_of(case["leafIdx"], case["treeSize"], b64decode(case["leafHash"]), proof)
        holds = found == b64decode(case["root"] or "") and len(b64decode(case["leafHash"])) == 32
        assert holds != case["wantErr"], case["desc"]


def test_the_classic_tree_has_its_published_roots() -> None:
    known = json.loads(golden("merkle/rfc6962_tree8.json").read_text())
    leaves = [leaf_hash(bytes.fromhex(one)) for one in known["leaf_inputs_hex"]]
    roots = [bytes.fromhex(one) for one in known["root_by_size_hex"]]
    assert roots[0] == EMPTY_ROOT
    for size in range(1, 9):
        for index in range(size):
            proof = tree.path(index, leaves[:size])
            assert root_of(index, size, leaves[index], proof) == roots[size]
        for older in range(size + 1):
            proof = tree.proof(older, leaves[:size])
            assert is_consistent(older, roots[older], size, roots[size], proof)


@given(st.integers(1, 70), st.data())
def test_only_the_right_proof_fits(size: int, data: st.DataObject) -> None:
    leaves = [leaf_hash(bytes([n])) for n in range(size)]
    index = data.draw(st.integers(0, size - 1))
    other = data.draw(st.integers(0, size + 3))
    proof, root = tree.path(index, leaves), tree.root(leaves)
    assert (root_of(other, size, leaves[index], proof) == root) == (other == index)
    assert root_of(index, size, leaves[index], [*proof, root]) != root
    assert not proof or root_of(index, size, leaves[index], proof[:-1]) != root
    older = data.draw(st.integers(0, size))
    proof, old = tree.proof(older, leaves), tree.root(leaves[:older])
    assert is_consistent(older, old, size, root, proof)
    assert is_consistent(other, old, size, root, proof) == (other == older)
    assert not is_consistent(older, old, size, root, [*proof, root])
    assert not proof or not is_consistent(older, old, size, root, proof[1:])
    assert is_consistent(older, leaf_hash(b"other"), size, root, proof) is False
