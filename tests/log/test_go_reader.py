"""Does a reader in Go, which knows the world's logs, find everything in order, and what is not?"""

import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest

from custody.log import note, tiles, tree
from custody.log.checkpoint import Checkpoint
from custody.log.tiles import ENTRIES, WIDTH_MAX
from tests.log import go_reader
from tests.log.logs import LOG, ORIGIN
from tests.log.served import served
from tests.log.shared import golden, golden_json


@pytest.fixture
def published(tmp_path: Path) -> Path:
    """A copy of a log that others published."""
    return Path(shutil.copytree(golden("tiles/tessera_log15"), tmp_path / "log"))


def read(folder: Path, old: Path | None = None) -> subprocess.CompletedProcess[str]:
    with served(folder) as url:
        vkey = golden_json("tiles/tessera_log15/_META.json")["vkey"]
        return go_reader.read(url, vkey, old)


def test_a_published_log_is_in_order_and_continues_each_older_state(published: Path) -> None:
    for size in (0, 1, 8, 14, 15):
        found = read(published, published / f"checkpoint.{size}")
        assert found.returncode == 0, found.stderr
        assert found.stdout.startswith("example.com/log/testdata 15 rKbDipCv")


def _turned(path: Path, at: int) -> None:
    content = bytearray(path.read_bytes())
    content[at] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize(
    ("harm", "complaint"),
    [
        (lambda log: _turned(log / "tile/entries/000.p/15", 8), "entry 1 is not"),
        (lambda log: _turned(log / "tile/0/000.p/15", 100), "downloaded inconsistent tile"),
        (lambda log: _turned(log / "checkpoint", 30), "checkpoint: "),
        (lambda log: (log / "tile/0/000.p/15").unlink(), "404"),
        (lambda log: shutil.copy(log / "checkpoint.14", log / "checkpoint"), "shrunk from 15"),
    ],
)
def test_whatever_is_not_in_order_is_found(
    published: Path, tmp_path: Path, harm: Callable[[Path], object], complaint: str
) -> None:
    old = Path(shutil.copy(published / "checkpoint", tmp_path / "older"))
    harm(published)
    found = read(published, old)
    assert found.returncode == 1
    assert complaint in found.stderr


def write_log(folder: Path, entries: list[bytes]) -> None:
    """Write a log as files, with our own tree, tiles and notes."""
    level, hashes = 0, [tree.leaf_hash(entry) for entry in entries]
    said = Checkpoint(ORIGIN, len(entries), tree.root(hashes))
    _write(folder / "checkpoint", note.sign(said.text(), [LOG]))
    for number, first in enumerate(range(0, len(entries), WIDTH_MAX)):
        held = entries[first : first + WIDTH_MAX]
        _write(folder / tiles.path(ENTRIES, number, len(held)), tiles.bundle(held))
    while hashes:
        rows = [hashes[at : at + WIDTH_MAX] for at in range(0, len(hashes), WIDTH_MAX)]
        for number, row in enumerate(rows):
            _write(folder / tiles.path(level, number, len(row)), b"".join(row))
        hashes = [tree.root(row) for row in rows if len(row) == WIDTH_MAX]
        level += 1


def _write(path: Path, content: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)


@pytest.mark.parametrize("size", [0, 1, 256, 257, 65_536 + 300])
def test_a_log_that_our_own_code_writes_is_in_order(tmp_path: Path, size: int) -> None:
    write_log(tmp_path, [b"entry %d" % number for number in range(size)])
    with served(tmp_path) as url:
        found = go_reader.read(url, LOG.key.vkey())
    assert found.returncode == 0, found.stderr
    assert found.stdout.split()[:2] == [ORIGIN, str(size)]
