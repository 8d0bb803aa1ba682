"""Does a checkpoint bear a line by the standards of China too, and does it disturb nobody?"""

import stat
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from custody.auditing import custody_verify
from custody.log import (
    key_file,
    keys,
    known,
    note,
    opening,
    policy,
    policy_file,
    remote,
    second_key,
)
from custody.log.asking import Request
from custody.log.cosignature import CosignatureVerifier
from custody.log.guard import Guard, Unusable
from custody.log.keys import Key
from custody.log.note import BadNote, Ed25519Signer, Ed25519Verifier, Note
from custody.log.remote import RemoteSigner
from custody.log.sealer import Sealer
from custody.log.witness import Witness
from tests.log import sealing
from tests.log.keys import cosigner
from tests.log.logs import ORIGIN, proof, text
from tests.log.programs import command, running
from tests.log.shared import golden_json
from tests.projections.bookkeeping import Office
from tests.waiting import LONG_S

pytest.importorskip("gmssl_pyx", reason="the extra `sm` is not installed")
sm2: Any = pytest.importorskip("custody.log.sm2")

NOW_S = 1_800_000_000
SM2 = ("--sm2-key", "sm2.key")


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with remote.client(LONG_S) as client:
        yield client


def test_the_signer_adds_a_line_that_holds_for_this_text_and_no_other(
    tmp_path: Path, client: httpx.Client
) -> None:
    shown = command(tmp_path, "signer", "--name", ORIGIN, "--show-vkey", *SM2)
    assert shown.returncode == 0, shown.stderr
    own, second = shown.stdout.split()
    log, verifier = Ed25519Verifier.parse(own), sm2.Sm2Verifier.parse(second)
    assert verifier.key.name == ORIGIN
    assert stat.S_IMODE((tmp_path / "sm2.key").stat().st_mode) == 0o600
    with running(tmp_path, "signer", *SM2) as program:
        signer = RemoteSigner(program.url, log, client)
        for old, new in ((0, 5), (5, 9)):
            lines = signer.sign(old, proof(old, new), text(new))
            whole = Note(text(new), lines)
            # Whoever knows the log's own key alone reads what he always read.
            opened = note.opened(whole.content(), [log])
            assert (opened.text, [it for it, _ in opened.signatures]) == (text(new), [log])
            ((_, line),) = note.verified(whole, [verifier]).signatures
            assert not verifier.verifies(text(8), line.content)
            with pytest.raises(BadNote, match="does not hold"):
                note.verified(Note(text(8), (line,)), [verifier])


def test_without_the_option_there_is_one_line(tmp_path: Path, client: httpx.Client) -> None:
    shown = command(tmp_path, "signer", "--name", ORIGIN, "--show-vkey").stdout
    log = Ed25519Verifier.parse(shown.strip())
    with running(tmp_path, "signer") as program:
        assert len(RemoteSigner(program.url, log, client).sign(0, [], text(5))) == 1


@pytest.fixture
def published(office: Office, tmp_path: Path) -> tuple[bytes, bytes]:
    """A checkpoint that was signed in the process that keeps the log, and its policy."""
    own, second = tmp_path / "key", tmp_path / "sm2.key"
    ledger = office.ledger
    said = {"CUSTODY_LOG_KEY_FILE": str(own), "CUSTODY_LOG_SM2_KEY_FILE": str(second)}
    publisher = opening.publisher(ledger.engine, opening.read(said), lambda: NOW_S * 1000)
    assert publisher is not None
    Sealer(ledger).catch_up()
    made = publisher.step()
    publisher.close()
    assert made is not None
    vkey = key_file.read(Ed25519Signer, own).key.vkey()
    return made.text.encode(), f"log {vkey}\nquorum none\n".encode()


def test_the_log_that_signs_in_its_own_process_adds_it_too(
    published: tuple[bytes, bytes], tmp_path: Path
) -> None:
    content, rules = published
    verifier = sm2.Sm2Verifier(second_key.opened(tmp_path / "sm2.key", sealing.ORIGIN).key)
    assert note.opened(content, [verifier]).text == note.parse(content).text
    assert len(note.parse(content).signatures) == 2
    assert policy.accept(content, policy_file.parse(rules)).checkpoint.origin == sealing.ORIGIN


def test_who_audits_and_who_witnesses_pass_it_over(
    published: tuple[bytes, bytes], tmp_path: Path
) -> None:
    content, rules = published
    report = custody_verify.Report(NOW_S)
    trusted = custody_verify.read_policy(rules)
    assert custody_verify.check_note(report, trusted, content.decode(), "") is not None
    assert not report.errors
    guard = Guard(tmp_path / "seen", new=True)
    logs = [log.verifier for log in policy_file.parse(rules).logs]
    by = cosigner("witness.example")
    line = Witness(guard, by, logs, lambda: NOW_S).cosign(Request(0, (), content))
    seen = note.parse(content)
    assert note.verified(Note(seen.text, (line,)), [CosignatureVerifier(by.key)]).text == seen.text
    guard.close()


def test_the_key_is_made_once_and_called_like_the_log(tmp_path: Path) -> None:
    path = tmp_path / "sm2.key"
    made = second_key.opened(path, ORIGIN)
    assert second_key.opened(path, ORIGIN).key == made.key
    with pytest.raises(Unusable, match=r"called log\.example/b"):
        second_key.opened(path, "log.example/b")
    path.chmod(0o644)
    with pytest.raises(Unusable, match="Others may read"):
        second_key.opened(path, ORIGIN)


def halves_of_two() -> bytes:
    mine, other = sm2.new_pair(), sm2.new_pair()
    return bytes(mine[: -sm2.POINT_BYTES] + other[-sm2.POINT_BYTES :])


@pytest.mark.parametrize(
    "spoilt",
    [
        halves_of_two,
        lambda: sm2.new_pair()[:-1],
        lambda: sm2.new_pair()[1:],
        lambda: sm2.IDENTIFIER + bytes(sm2.PAIR_BYTES),
        lambda: bytes(32),
    ],
)
def test_what_is_no_key_pair_is_refused(tmp_path: Path, spoilt: Callable[[], bytes]) -> None:
    pair = spoilt()
    key = Key(ORIGIN, keys.UNASSIGNED, sm2.IDENTIFIER + pair[-sm2.POINT_BYTES :])
    path = tmp_path / "sm2.key"
    path.touch(0o600)
    path.write_text(keys.private(key, pair) + "\n")
    with pytest.raises(Unusable, match="no private key of this kind"):
        second_key.opened(path, ORIGIN)


def test_without_the_extra_it_is_said_what_to_install(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delitem(sys.modules, "custody.log.sm2")
    monkeypatch.setitem(sys.modules, "gmssl_pyx", None)  # as if it were not there
    with pytest.raises(Unusable, match=r"extra `sm`.*pip install gmssl-pyx"):
        second_key.opened(tmp_path / "sm2.key", ORIGIN)
    assert not (tmp_path / "sm2.key").exists()


def test_the_pair_of_the_standard_s_example_is_known_to_everybody() -> None:
    example = golden_json("crypto/sm3_sm2.json")["sm2_sign"]
    pair = sm2.IDENTIFIER + bytes.fromhex(example["d"] + example["px"] + example["py"])
    assert known.is_known(sm2.Sm2Signer.of(ORIGIN, pair).key)
    assert not known.is_known(sm2.Sm2Signer.make(ORIGIN).key)
