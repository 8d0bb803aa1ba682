"""Do the signer and the witness keep their promises as programs, through crashes too?"""

import socket
import stat
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from custody.log import note, remote
from custody.log.checkpoint import BadCheckpoint
from custody.log.cosignature import CosignatureVerifier
from custody.log.guard import Forked, Stale
from custody.log.note import Ed25519Verifier, Note
from custody.log.remote import RemoteSigner, RemoteWitness
from custody.log.signer import OtherOrigin
from custody.log.tree import BadProof
from tests.log.logs import LOG, ORIGIN, proof, signed, text
from tests.log.programs import command, running
from tests.waiting import LONG_S


@pytest.fixture
def client() -> Iterator[httpx.Client]:
    with remote.client(LONG_S) as client:
        yield client


def vkey(folder: Path, program: str, name: str) -> str:
    shown = command(folder, program, "--name", name, "--show-vkey")
    assert shown.returncode == 0, shown.stderr
    return shown.stdout.strip()


def test_a_signer_in_another_process_signs_what_continues(
    tmp_path: Path, client: httpx.Client
) -> None:
    log = Ed25519Verifier.parse(vkey(tmp_path, "signer", ORIGIN))
    with running(tmp_path, "signer") as program:
        signer = RemoteSigner(program.url, log, client)
        lines = signer.sign(0, [], text(5))
        assert note.verified(Note(text(5), lines), [log]).text == text(5)
        assert signer.sign(5, proof(5, 9), text(9))
        with pytest.raises(Stale) as refused:
            signer.sign(5, proof(5, 12), text(12))
        assert refused.value.size == 9
        with pytest.raises(BadProof):
            signer.sign(9, [], text(12))
        with pytest.raises(Forked):
            signer.sign(9, [], text(9).replace(text(9).split("\n")[2], text(8).split("\n")[2]))
        with pytest.raises(OtherOrigin):
            signer.sign(0, [], text(5, "log.example/b"))
        with pytest.raises(BadCheckpoint):
            signer.sign(0, [], "what?\n")


def test_a_signer_that_was_killed_remembers_what_it_signed(
    tmp_path: Path, client: httpx.Client
) -> None:
    log = Ed25519Verifier.parse(vkey(tmp_path, "signer", ORIGIN))
    with running(tmp_path, "signer", fresh=True) as program:
        RemoteSigner(program.url, log, client).sign(0, [], text(9))
        program.end(suddenly=True)
    with running(tmp_path, "signer", fresh=True) as program:
        signer = RemoteSigner(program.url, log, client)
        with pytest.raises(Stale):
            signer.sign(0, [], text(5))
        assert signer.sign(9, proof(9, 12), text(12))


def test_a_witness_is_asked_without_knowing_what_it_has_seen(
    tmp_path: Path, client: httpx.Client
) -> None:
    key = CosignatureVerifier.parse(vkey(tmp_path, "witness", "witness.example"))
    with running(tmp_path, "witness", "--log", LOG.key.vkey()) as program:
        for size in (5, 9):  # each time one that knows nothing yet
            asker = RemoteWitness(program.url, key, client)
            line = asker.cosign(signed(size), size, partial(proof, new=size))
            assert note.verified(Note(text(size), (line,)), [key]).text == text(size)
        asker = RemoteWitness(program.url, key, client)
        for size in (9, 12):
            assert asker.cosign(signed(size), size, partial(proof, new=size)).name == key.key.name
        with pytest.raises(Stale):
            asker.cosign(signed(8), 8, partial(proof, new=8))


def test_whoever_breaks_off_in_the_middle_disturbs_nobody(
    tmp_path: Path, client: httpx.Client
) -> None:
    log = Ed25519Verifier.parse(vkey(tmp_path, "signer", ORIGIN))
    with running(tmp_path, "signer") as program:
        host, port = program.url.removeprefix("http://").split(":")
        for said in (b"", b"POST /sign HTTP/1.1\r\nHost: x\r\nContent-Length: 9\r\n\r\nold"):
            with socket.create_connection((host, int(port))) as connection:
                connection.sendall(said)
        assert RemoteSigner(program.url, log, client).sign(0, [], text(5))
        program.end()
    assert program.complaints == ""


def test_a_second_program_on_the_same_state_does_not_start(tmp_path: Path) -> None:
    vkey(tmp_path, "signer", ORIGIN)
    with running(tmp_path, "signer"):
        second = command(tmp_path, "signer", "--listen", "127.0.0.1:0")
    assert second.returncode == 2
    assert "held by another process" in second.stderr


def test_a_signer_whose_memory_is_damaged_does_not_start(tmp_path: Path) -> None:
    vkey(tmp_path, "signer", ORIGIN)
    (tmp_path / "custody-signer.state").write_bytes(b"")
    refused = command(tmp_path, "signer")
    assert refused.returncode == 2
    assert "is damaged" in refused.stderr


def test_keys_are_made_once_for_their_owner_only(tmp_path: Path) -> None:
    shown = [vkey(tmp_path, "witness", "witness.example") for _ in range(2)]
    assert shown[0] == shown[1]
    assert stat.S_IMODE((tmp_path / "custody-witness.key").stat().st_mode) == 0o600
    refused = command(tmp_path, "signer", "--show-vkey")
    assert refused.returncode == 2
    assert "--name" in refused.stderr


def test_it_stops_when_told_to(tmp_path: Path) -> None:
    with running(tmp_path, "signer", "--name", ORIGIN) as program:
        program.end()
    assert program.process.returncode in {0, -15}


@pytest.mark.parametrize("name", ["custody-signer.key", "custody-signer.state"])
def test_a_file_that_is_none_is_complained_of(tmp_path: Path, name: str) -> None:
    (tmp_path / name).mkdir()
    refused = command(tmp_path, "signer", "--name", ORIGIN, "--show-vkey")
    assert refused.returncode in {1, 2}
    assert "Traceback" not in refused.stderr
    assert name in refused.stderr


def test_a_signer_listens_to_its_own_machine_only(tmp_path: Path) -> None:
    refused = command(tmp_path, "signer", "--name", ORIGIN, "--listen", "0.0.0.0:0")
    assert refused.returncode == 2
    assert "this machine" in refused.stderr
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [["signer", "--listen", "8091"], ["signer", "--listen", "localhost:99999"],
     ["witness", "--log", "nonsense"]],
)  # fmt: skip
def test_what_cannot_be_meant_is_refused(tmp_path: Path, arguments: list[str]) -> None:
    assert command(tmp_path, *arguments).returncode == 2
