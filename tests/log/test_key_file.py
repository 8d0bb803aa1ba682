import stat
from pathlib import Path, PosixPath

import pytest

from custody.log import key_file, keys
from custody.log.cosignature import Cosigner
from custody.log.guard import Unusable
from custody.log.note import Ed25519Signer
from tests.log.logs import LOG

NAME = "log.example/a"


@pytest.fixture
def key(tmp_path: Path) -> Path:
    return tmp_path / "key"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_a_key_is_made_once_and_only_its_owner_may_read_it(key: Path, state: Path) -> None:
    made, guard = key_file.with_memory(Ed25519Signer, key, state, NAME)
    guard.close()
    assert stat.S_IMODE(key.stat().st_mode) == 0o600
    again, guard = key_file.with_memory(Ed25519Signer, key, state, None)
    assert again.key == made.key
    assert again.key.name == NAME
    # Whoever only wants to see it does not wait for whoever uses it.
    assert key_file.shown(Ed25519Signer, key, state, NAME).key == made.key
    guard.close()


def test_a_witness_s_key_is_of_its_own_type(key: Path, state: Path) -> None:
    assert key_file.shown(Cosigner, key, state, "witness.example").key.type == keys.COSIGNATURE
    with pytest.raises(Unusable, match="no private key of this kind"):
        key_file.read(Ed25519Signer, key)


def test_a_key_without_its_memory_signs_nothing(key: Path, state: Path) -> None:
    key_file.shown(Ed25519Signer, key, state, NAME)
    state.unlink()
    with pytest.raises(Unusable, match="nobody knows what was signed"):
        key_file.with_memory(Ed25519Signer, key, state, NAME)


@pytest.mark.parametrize("name", [None, "", "a b", "a+b"])
def test_a_new_key_needs_a_name(key: Path, state: Path, name: str | None) -> None:
    with pytest.raises(Unusable, match="needs a name"):
        key_file.with_memory(Ed25519Signer, key, state, name)
    assert not key.exists()


def test_a_key_that_another_process_makes_meanwhile_is_not_made_again(
    key: Path, state: Path
) -> None:
    made: list[keys.Key] = []

    class Watched(PosixPath):
        """Lets another process make the key right after this one was told that it is not there."""

        def exists(self, **_: bool) -> bool:
            there = key.exists()
            if not made:
                made.append(key_file.shown(Ed25519Signer, key, state, NAME).key)
            return there

    mine, guard = key_file.with_memory(Ed25519Signer, Watched(key), state, NAME)
    guard.close()
    assert [mine.key] == made


def test_a_key_of_another_name_is_not_used(key: Path, state: Path) -> None:
    key_file.shown(Ed25519Signer, key, state, NAME)
    with pytest.raises(Unusable, match=r"called log\.example/b"):
        key_file.with_memory(Ed25519Signer, key, state, "log.example/b")


def test_a_key_that_others_may_read_is_not_used(key: Path, state: Path) -> None:
    key_file.shown(Ed25519Signer, key, state, NAME)
    key.chmod(0o640)
    with pytest.raises(Unusable, match="Others may read"):
        key_file.read(Ed25519Signer, key)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff",
        b"secret",
        keys.private(LOG.key, b"\1" * 32).encode(),  # another's seed
        keys.private(LOG.key, b"\1" * 31).encode(),
        LOG.key.vkey().encode(),
    ],
)
def test_what_is_no_key_is_not_used_nor_repeated(key: Path, content: bytes) -> None:
    key.touch(0o600)
    key.write_bytes(content)
    with pytest.raises(Unusable, match="no private key") as refused:
        key_file.read(Ed25519Signer, key)
    assert "PRIVATE" not in str(refused.value)
