"""Does a key of the log that anybody has open nothing in production?"""

import socket
from hashlib import sha256
from pathlib import Path

import pytest

from custody.log import key_file, keys
from custody.log.cosignature import Cosigner
from custody.log.guard import Guard
from custody.log.note import Ed25519Signer
from tests.log.keys import cosigner, signer
from tests.log.programs import command, running
from tests.process.program import attempt

ORIGIN = "log.example/production"
PRODUCTION = {"CUSTODY_ENV": "production"}
COMPLAINT = "is one for tests that everybody knows; not in production"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    """A key of the log that its tests use, as if it were somebody's own."""
    path = tmp_path / "key"
    path.touch(0o600)
    path.write_text(keys.private(signer(ORIGIN).key, sha256(f"log {ORIGIN}".encode()).digest()))
    return path


def served(folder: Path, **settings: str) -> tuple[int, str]:
    """Start the service where it cannot listen; return its exit code and what it complains of."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = attempt(f"sqlite:///{folder}/books.db", "serve", "--port", port, **settings)
    return done.returncode, done.stderr


def test_a_key_that_everybody_knows_signs_no_log_in_production(tmp_path: Path, key: Path) -> None:
    code, complaint = served(tmp_path, CUSTODY_LOG_KEY_FILE=str(key), **PRODUCTION)
    assert (code, f"{ORIGIN} {COMPLAINT}" in complaint) == (2, True), complaint
    assert not (tmp_path / "books.db").exists()
    # The same where nobody says that it is in earnest.
    code, complaint = served(tmp_path, CUSTODY_LOG_KEY_FILE=str(key))
    assert (code, COMPLAINT in complaint) == (1, False), complaint


def test_the_key_beside_the_database_is_looked_at_too(tmp_path: Path, key: Path) -> None:
    key.rename(tmp_path / "books.db.log-key")
    code, complaint = served(tmp_path, **PRODUCTION)
    assert (code, COMPLAINT in complaint) == (2, True), complaint


def test_a_key_of_ones_own_is_not_refused(tmp_path: Path) -> None:
    own = tmp_path / "own"
    key_file.make(Ed25519Signer, own, ORIGIN)
    code, complaint = served(tmp_path, CUSTODY_LOG_KEY_FILE=str(own), **PRODUCTION)
    assert (code, COMPLAINT in complaint) == (1, False), complaint


@pytest.mark.parametrize("whose", ["the log's", "a witness's"])
def test_a_policy_that_believes_such_a_key_is_none_in_production(
    tmp_path: Path, whose: str
) -> None:
    log, witness = (tmp_path / name for name in ("log", "witness"))
    key_file.make(Ed25519Signer, log, ORIGIN)
    key_file.make(Cosigner, witness, "witness.example")
    own = key_file.read(Ed25519Signer, log).key, key_file.read(Cosigner, witness).key
    known = signer(ORIGIN).key, cosigner("witness.example").key
    signs, sees = (known[0], own[1]) if whose == "the log's" else (own[0], known[1])
    policy = tmp_path / "policy"
    policy.write_text(f"log {signs.vkey()}\nwitness w {sees.vkey()}\nquorum w\n")
    said = {"CUSTODY_LOG_SIGNER": "http://127.0.0.1:1", "CUSTODY_LOG_POLICY": str(policy)}
    code, complaint = served(tmp_path, **said, **PRODUCTION)
    assert (code, COMPLAINT in complaint) == (2, True), complaint


def test_neither_a_signer_nor_a_witness_starts_with_such_a_key(tmp_path: Path, key: Path) -> None:
    state = tmp_path / "state"
    Guard(state, new=True).close()
    places = ("signer", "--key", str(key), "--state", str(state))
    refused = command(tmp_path, *places, "--listen", "127.0.0.1:0", **PRODUCTION)
    assert (refused.returncode, COMPLAINT in refused.stderr) == (2, True), refused.stderr
    with running(tmp_path, *places, fresh=True):
        pass  # where nobody says that it is in earnest
    with running(tmp_path, "witness", "--name", "witness.example", fresh=True, **PRODUCTION):
        pass  # with a key of its own
