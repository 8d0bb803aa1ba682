import fcntl
import gzip
import json
import stat
from pathlib import Path
from random import Random

import pytest

from custody import backup
from custody.backup import BeingWritten, Damaged, NotABackup, OtherFormat, WrongFile
from custody.ledger import Ledger
from tests.backup.conftest import TABLES, Books, rows_of, silent

on_sqlite = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
into_both = pytest.mark.parametrize("empty", ["sqlite", "postgresql"], indirect=True)
CUTS = 40

pytestmark = on_sqlite


@pytest.fixture
def whole(books: Books, tmp_path: Path) -> Path:
    path = tmp_path / "books.backup"
    backup.take(books.ledger, path, silent, vault_keys=True)
    return path


def rewritten(path: Path, change: tuple[bytes, bytes]) -> Path:
    """Write a file as one does who changes it and compresses it again."""
    content = gzip.decompress(path.read_bytes())
    assert change[0] in content
    other = path.with_name("changed")
    other.write_bytes(gzip.compress(content.replace(*change)))
    return other


def test_a_whole_file_is_found_whole(whole: Path) -> None:
    found = backup.check(whole, silent)
    assert found.rows["record"] == found.head.position > 0
    assert found.vault_keys


def test_a_file_that_is_cut_short_is_found_wherever_it_is_cut(whole: Path) -> None:
    content = whole.read_bytes()
    moments = Random(20_26)
    cut = whole.with_name("cut")
    for length in [0, 9, len(content) - 9, len(content) - 1] + [
        moments.randrange(len(content)) for _ in range(CUTS)
    ]:
        cut.write_bytes(content[:length])
        with pytest.raises(Damaged, match="cut short") as found:
            backup.check(cut, silent)
        assert found.value.path == cut


def test_a_file_in_which_a_bit_was_turned_is_found(whole: Path) -> None:
    content = whole.read_bytes()
    moments = Random(20_26)
    turned = whole.with_name("turned")
    for _ in range(CUTS):
        place = moments.randrange(10, len(content))  # gzip's own header says nothing of ours
        changed = bytearray(content)
        changed[place] ^= 1 << moments.randrange(8)
        turned.write_bytes(changed)
        with pytest.raises(WrongFile):
            backup.check(turned, silent)


@pytest.mark.parametrize(
    "change",
    [
        (b"registry", b"registrx"),
        (b'"sha256":"', b'"sha256":"0'),
        (b'"rows":1', b'"rows":2'),
        (b'"role"', b'"name"'),
        (b'{"end"', b'{"and"'),
        (b'"base64":"', b'"base64":"!'),
        (b'"position":', b'"position":1'),
        (b'"ledger":"', b'"ledger":"0'),
        (b"[1,", b"{1,"),
    ],
)
def test_a_file_that_somebody_changed_and_wrote_again_is_found(
    whole: Path, change: tuple[bytes, bytes]
) -> None:
    with pytest.raises(WrongFile):
        backup.check(rewritten(whole, change), silent)


def test_more_behind_the_end_is_found(whole: Path) -> None:
    longer = whole.with_name("longer")
    for more in (b"more", gzip.compress(b"more")):
        longer.write_bytes(whole.read_bytes() + more)
        with pytest.raises(Damaged):
            backup.check(longer, silent)


def test_another_file_is_told_from_a_backup(whole: Path) -> None:
    other = whole.with_name("other")
    for content in (b"hello", b"SQLite format 3\0", gzip.compress(b"hello\n"),
                    gzip.compress(b"[]\n"), gzip.compress(b'{"a": 1}\n')):  # fmt: skip
        other.write_bytes(content)
        with pytest.raises(NotABackup):
            backup.check(other, silent)


@pytest.mark.parametrize(
    ("change", "what"),
    [
        ((b'"custody_backup":1', b'"custody_backup":2'), "format"),
        ((b'"schema":', b'"schema":99'), "schema"),
        ((b'"table":"api_key"', b'"table":"toys"'), "table"),
    ],
)
def test_what_another_version_wrote_is_told_so(
    whole: Path, change: tuple[bytes, bytes], what: str
) -> None:
    with pytest.raises(OtherFormat) as found:
        backup.check(rewritten(whole, change), silent)
    assert found.value.what == what


@into_both
def test_a_damaged_file_leaves_nothing_behind(whole: Path, empty: Ledger) -> None:
    cut = whole.with_name("cut")
    content = whole.read_bytes()
    for length in (len(content) // 2, len(content) - 9):
        cut.write_bytes(content[:length])
        with pytest.raises(Damaged):
            backup.restore(empty, cut, silent)
        assert empty.head().position == 0
        assert not any(rows_of(empty, *TABLES[:1])[TABLES[0].name])
    backup.restore(empty, whole, silent)


def test_anyone_can_read_it_without_this_program(whole: Path, books: Books) -> None:
    lines = [json.loads(one) for one in gzip.decompress(whole.read_bytes()).splitlines()]
    header, first, row = lines[:3]
    assert header["position"] == books.ledger.head().position
    said = dict(zip(first["columns"], row, strict=True))
    assert said["data"].encode() == books.ledger.since(0, 1)[0].data


def test_a_file_is_for_its_owner_alone_and_nothing_lies_beside_it(whole: Path) -> None:
    assert stat.S_IMODE(whole.stat().st_mode) == 0o600
    assert list(whole.parent.glob("*.part")) == []


def test_a_backup_that_fails_leaves_the_one_before(whole: Path, books: Books) -> None:
    before = whole.read_bytes()

    def give_up(done: int, total: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        backup.take(books.ledger, whole, give_up)
    assert whole.read_bytes() == before
    assert list(whole.parent.glob("*.part")) == []


def test_what_a_killed_backup_left_is_overwritten(whole: Path, books: Books) -> None:
    part = whole.with_name(whole.name + ".part")
    part.write_bytes(b"x" * 10_000_000)
    backup.take(books.ledger, whole, silent)
    backup.check(whole, silent)
    assert not part.exists()


def test_two_backups_of_one_name_do_not_get_in_each_other_s_way(whole: Path, books: Books) -> None:
    part = whole.with_name(whole.name + ".part")
    with part.open("wb") as other:
        fcntl.flock(other, fcntl.LOCK_EX)
        with pytest.raises(BeingWritten):
            backup.take(books.ledger, whole, silent)
    backup.check(whole, silent)
