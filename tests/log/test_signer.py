from pathlib import Path

import pytest
from starlette.testclient import TestClient

from custody.log import asking, note
from custody.log.asking import Request
from custody.log.checkpoint import BadCheckpoint
from custody.log.guard import Forked, Guard, Stale
from custody.log.note import Ed25519Verifier, Note
from custody.log.serving import signer_app
from custody.log.signer import LocalSigner, OtherOrigin
from custody.log.sm2 import Sm2Signer, Sm2Verifier
from custody.log.tree import BadProof
from tests.log.logs import LOG, ORIGIN, proof, text, to_signer


def test_each_checkpoint_that_continues_the_last_is_signed(tmp_path: Path) -> None:
    guard = Guard(tmp_path / "state", new=True)
    signer = LocalSigner(guard, LOG)
    for old, new in [(0, 0), (0, 5), (5, 5), (5, 64)]:
        lines = signer.sign(old, proof(old, new), text(new))
        whole = Note(text(new), lines)
        assert note.verified(whole, [Ed25519Verifier(LOG.key)]).text == text(new)
        last = guard.last(ORIGIN)
        assert last is not None
        assert last.note == whole.content().decode()
    guard.close()


def test_a_log_whose_database_went_back_is_not_signed_for(tmp_path: Path) -> None:
    guard = Guard(tmp_path / "state", new=True)
    signer = LocalSigner(guard, LOG)
    signer.sign(0, [], text(9))
    with pytest.raises(Stale) as refused:
        signer.sign(5, proof(5, 7), text(7))
    assert refused.value.size == 9
    forked = text(9).replace(text(9).split("\n")[2], text(8).split("\n")[2])
    with pytest.raises(Forked):
        signer.sign(9, [], forked)
    with pytest.raises(BadProof):
        signer.sign(9, proof(8, 12), text(12))
    guard.close()


def test_only_the_own_log_is_signed_for_and_only_checkpoints(tmp_path: Path) -> None:
    guard = Guard(tmp_path / "state", new=True)
    signer = LocalSigner(guard, LOG)
    with pytest.raises(OtherOrigin):
        signer.sign(0, [], text(5, "log.example/b"))
    with pytest.raises(BadCheckpoint):
        signer.sign(0, [], "anything\n")
    guard.close()


def test_a_second_key_signs_beside_the_first(tmp_path: Path) -> None:
    guard = Guard(tmp_path / "state", new=True)
    other = Sm2Signer.make(ORIGIN)
    lines = LocalSigner(guard, LOG, other).sign(0, [], text(5))
    verifiers = (Ed25519Verifier(LOG.key), Sm2Verifier.parse(other.key.vkey()))
    assert len(note.verified(Note(text(5), lines), verifiers).signatures) == 2
    guard.close()


def test_over_http_it_answers_with_the_lines_or_the_status(tmp_path: Path) -> None:
    guard = Guard(tmp_path / "state", new=True)
    with TestClient(signer_app(LocalSigner(guard, LOG))) as client:

        def answered(asked: Request) -> tuple[int, str]:
            answer = client.post(asking.SIGN, content=asked.content())
            return answer.status_code, answer.text

        expected = note.signature(text(5), LOG).line()
        assert answered(to_signer(0, 5)) == (200, expected)
        assert answered(to_signer(0, 9)) == (409, "5\n")
        assert answered(Request(5, (), text(9).encode()))[0] == 422
        assert answered(Request(5, (), text(9, "log.example/b").encode()))[0] == 404
        for content in (b"", b"\xff", b"log\n", text(9).encode() + b"\n"):
            assert answered(Request(5, (), content))[0] == 400
    guard.close()
