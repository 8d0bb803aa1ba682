from base64 import b64decode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.log import note, proof, tree
from custody.log.checkpoint import Checkpoint
from custody.log.policy import Log, NotAccepted, Policy
from custody.log.proof import BadText, Proof
from custody.log.tree import BadProof
from tests.log.keys import signer
from tests.log.shared import golden_json
from tests.log.trees import leaves, nodes_of

LOG = signer("log.example/a")
RULES = Policy(logs=[Log(note.Ed25519Verifier(LOG.key))])
PROOFS = st.builds(
    Proof,
    st.integers(0, 2**63 - 1),
    st.lists(st.binary(min_size=32, max_size=32), max_size=5).map(tuple),
    st.text(min_size=1),
    st.binary(max_size=40),
)


def made(index: int, size: int) -> Proof:
    hashes = leaves(size)
    said = Checkpoint("log.example/a", size, tree.root(hashes))
    beside = tree.inclusion(index, size, nodes_of(hashes))
    return Proof(index, tuple(beside), note.sign(said.text(), [LOG]).decode())


def test_published_proofs_are_written_and_read_so() -> None:
    for case in golden_json("proof/tlog_proof_format.json")["marshal"]:
        hashes = tuple(map(b64decode, case["hashes"]))
        said = Proof(case["index"], hashes, case["checkpoint"], b64decode(case["extra"] or ""))
        assert said.text() == case["want"]
        assert proof.parse(case["want"]) == said


def test_published_bad_proofs_are_refused() -> None:
    for text in golden_json("proof/tlog_proof_format.json")["bad"]:
        with pytest.raises(BadText):
            proof.parse(text)


@given(PROOFS)
def test_a_proof_reads_back(said: Proof) -> None:
    assert proof.parse(said.text()) == said


@given(st.text() | st.text("extra index0\nA=").map(f"{proof.HEADER}\n".__add__))
def test_whatever_is_read_is_written_the_same(text: str) -> None:
    try:
        said = proof.parse(text)
    except BadText:
        return
    assert said.text() == text


@pytest.mark.parametrize(
    "below",
    [
        "index 00\n\nc\n",
        "index 0\nAAAA\n\nc\n",
        "index 0\n",
        "index 0\n\n",
        "extra \nindex 0\n\nc\n",
        "extra AAAA\nextra AAAA\nindex 0\n\nc\n",
        "extra AAAB=\nindex 0\n\nc\n",
        "index 0\nextra AAAA\n\nc\n",
        "",
    ],
)
def test_what_is_nearly_a_proof_is_none(below: str) -> None:
    with pytest.raises(BadText):
        proof.parse(f"{proof.HEADER}\n{below}")


def test_as_many_hashes_as_the_limit_are_read_and_no_more() -> None:
    most = Proof(0, (bytes(32),) * proof.HASHES_MAX, "c\n")
    assert proof.parse(most.text()) == most
    with pytest.raises(BadText, match="at most 63"):
        proof.parse(Proof(0, (bytes(32),) * (proof.HASHES_MAX + 1), "c\n").text())


def test_a_leaf_is_shown_to_whoever_has_a_policy() -> None:
    for index in range(11):
        text = made(index, 11).text()
        accepted = proof.check(proof.parse(text), leaves(11)[index], RULES)
        assert accepted.checkpoint.size == 11


def test_another_leaf_another_place_or_another_log_is_not() -> None:
    said = made(4, 11)
    with pytest.raises(BadProof):
        proof.check(said, leaves(11)[5], RULES)
    with pytest.raises(BadProof):
        proof.check(Proof(5, said.hashes, said.checkpoint), leaves(11)[4], RULES)
    with pytest.raises(NotAccepted):
        proof.check(Proof(4, said.hashes, "\ud800"), leaves(11)[4], RULES)
    with pytest.raises(NotAccepted):
        proof.check(said, leaves(11)[4], Policy())
