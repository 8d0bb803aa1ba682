"""Does a witness answer as C2SP tlog-witness has it, whatever it is sent?"""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from custody.log import asking, cosignature, note
from custody.log.asking import Request
from custody.log.cosignature import CosignatureVerifier, Cosigner
from custody.log.guard import Guard
from custody.log.note import Ed25519Verifier, Note
from custody.log.serving import witness_app
from custody.log.witness import Witness
from tests.log.keys import cosigner, signer
from tests.log.logs import LOG, text, to_witness
from tests.log.shared import golden_json

NOW = 1_800_000_000
W = cosigner("witness.example")


@contextmanager
def served(state: Path, log: Ed25519Verifier, witness: Cosigner = W) -> Iterator[TestClient]:
    guard = Guard(state, new=True)
    with TestClient(witness_app(Witness(guard, witness, [log], lambda: NOW + 0.9))) as client:
        yield client
    guard.close()


@pytest.fixture
def witness(tmp_path: Path) -> Iterator[TestClient]:
    with served(tmp_path / "state", Ed25519Verifier(LOG.key)) as client:
        yield client


def add(client: TestClient, asked: Request | bytes) -> tuple[int, str]:
    content = asked if isinstance(asked, bytes) else asked.content()
    answer = client.post(asking.ADD_CHECKPOINT, content=content)
    return answer.status_code, answer.text


def test_a_log_that_grows_is_cosigned_with_the_time(witness: TestClient) -> None:
    for old, new in [(0, 5), (5, 5), (5, 9)]:
        status, line = add(witness, to_witness(old, new))
        assert status == 200
        opened = note.verified(
            Note(text(new), note.read_signatures(line)), [CosignatureVerifier(W.key)]
        )
        ((_, signature),) = opened.signatures
        assert cosignature.parse(signature.content)[0] == NOW


def test_a_log_that_is_not_known_is_not_found(witness: TestClient) -> None:
    other = signer("log.example/b")
    content = note.sign(text(5, other.key.name), [other])
    assert add(witness, to_witness(0, 5, content))[0] == 404


def test_what_the_log_has_not_signed_is_forbidden(witness: TestClient) -> None:
    namesake = cosigner(LOG.key.name)
    by_another = note.sign(text(5), [signer("log.example/b")])
    as_witness = Note(text(5), (namesake.cosign(text(5), NOW),)).content()
    of_another_text = Note(text(5), note.parse(note.sign(text(6), [LOG])).signatures).content()
    for content in (by_another, as_witness, of_another_text):
        assert add(witness, to_witness(0, 5, content))[0] == 403


def test_other_signatures_on_it_do_not_matter(witness: TestClient) -> None:
    content = note.sign(text(5), [signer("x"), LOG, signer("y")])
    assert add(witness, to_witness(0, 5, content))[0] == 200


def test_a_stale_size_is_answered_with_the_one_to_start_from(witness: TestClient) -> None:
    add(witness, to_witness(0, 5))
    for old in (0, 4, 6):
        answer = witness.post(asking.ADD_CHECKPOINT, content=to_witness(old, 9).content())
        assert (answer.status_code, answer.text) == (409, "5\n")
        assert answer.headers["content-type"].partition(";")[0] == asking.SIZE_TYPE


def test_the_published_cases(tmp_path: Path) -> None:
    golden = golden_json("witness/transparency_dev.json")
    log = Ed25519Verifier.parse(golden["logs"]["monkeys"]["vkey"])
    first, later = golden["init"].encode(), golden["next"].encode()
    proof = tuple(map(bytes.fromhex, golden["consistency_5_8"]))
    name = golden["witness"]["vkey"].split("+")[0]
    with served(tmp_path / "state", log, cosigner(name)) as client:
        assert add(client, Request(0, proof, first))[0] == 422, "from nothing, nothing is shown"
        assert add(client, Request(0, (), first))[0] == 200
        assert add(client, Request(2, proof, later)) == (409, "5\n")
        assert add(client, Request(5, (), first))[0] == 200, "the same again"
        assert add(client, Request(8, (), first))[0] == 400, "smaller than what it starts from"
        assert add(client, Request(5, (), later))[0] == 422
        assert add(client, Request(5, proof[::-1], later))[0] == 422
        assert add(client, Request(5, proof, later))[0] == 200
        assert add(client, Request(8, (), later))[0] == 200


def test_another_tree_of_the_same_size_is_a_conflict_that_tells_no_size(
    witness: TestClient,
) -> None:
    add(witness, to_witness(0, 5))
    forked = text(5).replace(text(5).split("\n")[2], text(6).split("\n")[2])
    request = Request(5, (), note.sign(forked, [LOG]))
    answer = witness.post(asking.ADD_CHECKPOINT, content=request.content())
    assert answer.status_code == 409
    assert answer.headers["content-type"].startswith("text/plain")


@pytest.mark.parametrize(
    "content",
    [b"", b"old 0\n\n", b"old 0\n\nnot a note\n", b"old 0\n\n\xff\n\n", b"old x\n\n" + b"a" * 99],
)
def test_what_is_malformed_is_a_bad_request(witness: TestClient, content: bytes) -> None:
    assert add(witness, content)[0] == 400


def test_a_signed_note_that_is_no_checkpoint_is_a_bad_request(witness: TestClient) -> None:
    assert add(witness, Request(0, (), note.sign("hello\n", [LOG])))[0] == 400


def test_a_body_over_the_limit_is_too_large(witness: TestClient) -> None:
    assert add(witness, b"a" * asking.BODY_BYTES_MAX)[0] == 400
    assert add(witness, b"a" * (asking.BODY_BYTES_MAX + 1))[0] == 413


@given(
    st.binary()
    | st.binary().map(b"old 0\n\n".__add__)
    | st.text().map(lambda text: Request(0, (), text.encode("utf-8", "replace")).content())
    | st.lists(st.binary(min_size=32, max_size=32), max_size=3).map(
        lambda hashes: Request(5, tuple(hashes), to_witness(0, 9).checkpoint).content()
    )
)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_bytes_are_a_crash(witness: TestClient, content: bytes) -> None:
    assert add(witness, content)[0] in {400, 409, 422}


def test_only_what_is_asked_for_is_served(witness: TestClient) -> None:
    assert witness.get(asking.ADD_CHECKPOINT).status_code == 405
    assert witness.post(asking.SIGN).status_code == 404


def test_what_cannot_be_remembered_is_not_cosigned(tmp_path: Path, witness: TestClient) -> None:
    (tmp_path / "state.new").mkdir()
    assert add(witness, to_witness(0, 5))[0] == 503
    (tmp_path / "state.new").rmdir()
    assert add(witness, to_witness(0, 5))[0] == 200
