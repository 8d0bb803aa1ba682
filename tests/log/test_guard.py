import stat
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from pathlib import Path
from threading import Barrier

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.log import guard, tree
from custody.log.checkpoint import Checkpoint
from custody.log.guard import Forked, Guard, Shrunk, Stale, Unusable
from custody.log.tree import BadProof
from tests.log.trees import leaves, nodes_of
from tests.process.program import environment
from tests.shared import PROJECT

LOG, OTHER = "log.example/a", "log.example/b"


def at(size: int, origin: str = LOG) -> Checkpoint:
    return Checkpoint(origin, size, tree.root(leaves(size)))


def proof(old: int, new: int) -> list[bytes]:
    return tree.consistency(old, new, nodes_of(leaves(new)))


def grown(guard: Guard, *sizes: int) -> Guard:
    old = 0
    for size in sizes:
        guard.advance(old, proof(old, size), at(size), f"note of {size}")
        old = size
    return guard


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "state"


def test_a_log_that_grows_is_followed_and_remembered(path: Path) -> None:
    kept = grown(Guard(path, new=True), 0, 3, 3, 9)
    kept.advance(0, [], at(5, OTHER), "another log's")
    kept.close()
    again = Guard(path)
    assert again.last(LOG) == guard.Seen(at(9), "note of 9")
    assert again.last(OTHER) == guard.Seen(at(5, OTHER), "another log's")
    assert again.last("log.example/unheard-of") is None
    again.close()


def test_only_the_owner_may_read_it(path: Path) -> None:
    grown(Guard(path, new=True), 3).close()
    assert stat.S_IMODE(path.stat().st_mode) == 0o600


@pytest.mark.parametrize(
    ("old", "said", "shown", "why"),
    [
        (9, at(8), [], Shrunk),
        (8, at(8), [], Stale),
        (0, at(9), [], Stale),
        (10, at(12), proof(10, 12), Stale),
        (9, Checkpoint(LOG, 9, leaves(1)[0]), [], Forked),
        (9, at(9), proof(8, 9), BadProof),
        (9, at(12), [], BadProof),
        (9, at(12), proof(8, 12), BadProof),
        (9, Checkpoint(LOG, 12, leaves(1)[0]), proof(9, 12), BadProof),
        (0, at(12, OTHER), proof(9, 12), BadProof),
    ],
)
def test_what_contradicts_the_past_is_refused_and_changes_nothing(
    path: Path, old: int, said: Checkpoint, shown: list[bytes], why: type[Exception]
) -> None:
    kept = grown(Guard(path, new=True), 9)
    before = path.read_bytes()
    with pytest.raises(why):
        kept.advance(old, shown, said, "never")
    assert path.read_bytes() == before
    assert kept.last(LOG) == guard.Seen(at(9), "note of 9")
    kept.close()


def test_a_stale_proof_is_told_the_size_to_start_from(path: Path) -> None:
    kept = grown(Guard(path, new=True), 9)
    with pytest.raises(Stale) as refused:
        kept.advance(4, proof(4, 12), at(12), "never")
    assert refused.value.size == 9
    kept.close()


def test_what_cannot_be_written_is_not_remembered(path: Path) -> None:
    kept = grown(Guard(path, new=True), 9)
    beside = path.with_name("state.new")
    beside.mkdir()  # nothing can be written there now, as on a disk that is full
    with pytest.raises(OSError, match="directory"):
        kept.advance(9, proof(9, 12), at(12), "never")
    assert kept.last(LOG) == guard.Seen(at(9), "note of 9")
    beside.rmdir()
    kept.advance(9, proof(9, 13), at(13), "after all")
    kept.close()


def test_of_several_at_once_one_goes_on_and_the_others_are_told(path: Path) -> None:
    kept = grown(Guard(path, new=True), 9)
    together = Barrier(8)

    def advance(size: int) -> bool:
        together.wait()
        try:
            kept.advance(9, proof(9, size), at(size), f"note of {size}")
        except Stale as refused:
            return refused.size == size
        return True

    with ThreadPoolExecutor(8) as threads:
        went_on = [*threads.map(advance, range(10, 18))]
    assert went_on.count(True) == 1
    last = kept.last(LOG)
    assert last is not None
    assert last.checkpoint.size == 10 + went_on.index(True)
    kept.close()


def test_whoever_has_let_it_go_advances_it_no_more(path: Path) -> None:
    kept = grown(Guard(path, new=True), 9)
    kept.close()
    kept.close()
    with pytest.raises(AssertionError, match="another's by now"):
        kept.advance(9, proof(9, 12), at(12), "never")


def test_nobody_else_may_use_it_meanwhile(path: Path) -> None:
    kept = Guard(path, new=True)
    with pytest.raises(Unusable, match="held by another process"):
        Guard(path)
    kept.close()
    Guard(path).close()


def test_another_process_may_not_either(path: Path) -> None:
    kept = Guard(path, new=True)
    script = "import sys, pathlib, custody.log.guard as g; g.Guard(pathlib.Path(sys.argv[1]))"
    done = subprocess.run(
        [sys.executable, "-c", script, path],
        env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert "held by another process" in done.stderr
    kept.close()


def test_a_memory_that_is_gone_is_not_taken_for_an_empty_one(path: Path) -> None:
    with pytest.raises(Unusable, match="is not there") as refused:
        Guard(path)
    assert "不存在" in refused.value.zh
    assert not path.exists()


def test_a_memory_without_a_folder_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Unusable, match="cannot be opened"):
        Guard(tmp_path / "nowhere" / "state", new=True)


def test_a_memory_of_a_later_version_is_refused(path: Path) -> None:
    told = b'{"custody_guard":2,"seen":[]}\n'
    path.write_bytes(told + sha256(told).hexdigest().encode() + b"\n")
    with pytest.raises(Unusable, match="is damaged"):
        Guard(path)


def killed_at_each_line(folder: Path, act: str) -> list[tuple[bool, int]]:
    """Tell, for each line it may be killed at, whether the act was said done and what is left."""
    done = subprocess.run(
        [sys.executable, "-m", "tests.log.killed", folder, act],
        cwd=PROJECT, env=environment(), capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    told = [line.split() for line in done.stdout.splitlines()]
    return [(said == "done", int(size)) for _, said, size in told]


def test_whoever_is_killed_leaves_the_old_memory_or_the_new(tmp_path: Path) -> None:
    left = killed_at_each_line(tmp_path, "advance")
    sizes = [size for _, size in left]
    assert set(sizes) == {9, 12}
    assert sizes == sorted(sizes), "once it is there, it stays"
    assert [said for said, _ in left] == [False] * (len(left) - 1) + [True]
    assert sizes.count(12) >= 3, "it is on the disk well before anything is said"


def test_whoever_is_killed_while_making_a_memory_makes_it_the_next_time(tmp_path: Path) -> None:
    left = killed_at_each_line(tmp_path, "make")
    assert {size for _, size in left} == {-1}


WRITTEN = guard._written({LOG: guard.Seen(at(9), "note"), OTHER: guard.Seen(at(2, OTHER), "n")})


@given(st.integers(0, len(WRITTEN) - 1), st.integers(1, 255))
def test_no_byte_of_it_can_be_other_than_written(at: int, turn: int) -> None:
    content = bytearray(WRITTEN)
    content[at] ^= turn
    with pytest.raises(ValueError, match="not as it was written"):
        guard._parsed(bytes(content))


@given(st.integers(0, len(WRITTEN) - 1), st.binary(min_size=1))
def test_nor_can_it_end_earlier_or_later(length: int, more: bytes) -> None:
    with pytest.raises(ValueError, match="not as it was written"):
        guard._parsed(WRITTEN[:length])
    with pytest.raises(ValueError, match="not as it was written"):
        guard._parsed(WRITTEN + more)


@pytest.mark.parametrize("content", [b"", b"\0" * 100, WRITTEN[:-1], WRITTEN[: len(WRITTEN) // 2]])
def test_a_damaged_memory_is_refused_and_left_alone(path: Path, content: bytes) -> None:
    path.write_bytes(content)
    for new in (False, True):
        with pytest.raises(Unusable, match="is damaged"):
            Guard(path, new=new)
    assert path.read_bytes() == content
