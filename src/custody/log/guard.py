"""What has been signed already, so that nothing is signed that contradicts it?

One file remembers, for each origin, the largest checkpoint that went out. It is on the disk before
any signature leaves, and each new checkpoint must prove that it continues the one remembered. The
file is replaced as a whole: whoever is killed at any moment leaves the old or the new one. A file
that is damaged or gone is never taken for an empty one, since that would allow a second history.
"""

import fcntl
import os
from collections.abc import Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from threading import Lock
from typing import Any, Final

import orjson

from custody.log import checkpoint, tree
from custody.log.checkpoint import BadCheckpoint, Checkpoint

FORMAT: Final = 1
MODE: Final = 0o600


class Unusable(Exception):
    """The memory cannot be used: in Chinese and English, why, and what may be done."""

    def __init__(self, zh: str, en: str) -> None:
        super().__init__(en)
        self.zh = zh
        self.en = en


class Contradicts(ValueError):
    """The checkpoint is not the next after the one remembered."""


class Shrunk(Contradicts):
    """It is smaller than the size that its proof starts from."""


class Stale(Contradicts):
    """Its proof starts from another size than the one remembered, `size`."""

    def __init__(self, size: int) -> None:
        super().__init__(f"the last size was {size}")
        self.size = size


class Forked(Contradicts):
    """It has the size remembered and another root: two histories were made."""


@dataclass(frozen=True, slots=True)
class Seen:
    """The last checkpoint of an origin, and the signed note that it came or went as."""

    checkpoint: Checkpoint
    note: str


class Guard:
    """Remembers checkpoints in a file, which no other process uses meanwhile."""

    def __init__(self, path: Path, *, new: bool = False) -> None:
        """Open the memory, or make it where it is `new` and there is none.

        Raises Unusable when another process has it, when it is damaged, or when it is not there and
        should be.
        """
        self._path = path
        self._turn = Lock()
        self._held: int | None = _locked(path.with_name(f"{path.name}.lock"))
        try:
            self._seen = self._read(new=new)
        except BaseException:
            self.close()
            raise

    def close(self) -> None:
        """Let another process have the file; nothing is remembered from now on."""
        with self._turn:
            held, self._held = self._held, None
        if held is not None:
            os.close(held)

    def last(self, origin: str) -> Seen | None:
        """Return what was signed last for an origin."""
        return self._seen.get(origin)

    def advance(self, old: int, proof: Sequence[bytes], said: Checkpoint, note: str) -> None:
        """Remember a checkpoint that continues the last one, as `proof` from size `old` shows.

        The same checkpoint again is well. Raises Shrunk, Stale, Forked or BadProof; or OSError when
        it could not be written. Then nothing has changed, and nothing may be signed.
        """
        with self._turn:
            assert self._held is not None, "the file may be another's by now"
            self._check(old, proof, said)
            seen = self._seen | {said.origin: Seen(said, note)}
            self._write(seen)
            self._seen = seen

    def _check(self, old: int, proof: Sequence[bytes], said: Checkpoint) -> None:
        if old > said.size:
            raise Shrunk(f"{said.size} is smaller than {old}")
        last = self._seen.get(said.origin)
        size, root = (last.checkpoint.size, last.checkpoint.root) if last else (0, tree.EMPTY)
        if old != size:
            raise Stale(size)
        if said.size == size and said.root != root:
            raise Forked(f"there is another tree of {size}")
        tree.check_consistency(size, root, said.size, said.root, proof)

    def _read(self, *, new: bool) -> dict[str, Seen]:
        try:
            content = self._path.read_bytes()
        except FileNotFoundError:
            if not new:
                raise Unusable(
                    f"{self._path} 不存在；没有它就不知道已签过什么，不能签名。请恢复该文件，"
                    "或以新的密钥和新的日志名重新开始。",
                    f"{self._path} is not there. Without it nobody knows what was signed, and "
                    "nothing may be. Bring it back, or begin anew under another key and origin.",
                ) from None
            self._write({})
            return {}
        try:
            return _parsed(content)
        except (ValueError, KeyError, TypeError, BadCheckpoint):
            raise Unusable(
                f"{self._path} 已损坏，不能据此签名。请从备份恢复最新的一份；切勿删除。",
                f"{self._path} is damaged, and nothing may be signed by it. Restore the newest "
                "copy; do not delete it.",
            ) from None

    def _write(self, seen: dict[str, Seen]) -> None:
        beside = self._path.with_name(f"{self._path.name}.new")
        file = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, MODE)
        with os.fdopen(file, "wb") as out:
            out.write(_written(seen))
            out.flush()
            os.fsync(out.fileno())
        beside.replace(self._path)
        sync_folder(self._path.parent)


def sync_folder(folder: Path) -> None:
    """Have a folder's names on the disk: a file's own fsync does not say what it is called."""
    file = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(file)
    finally:
        os.close(file)


def _locked(path: Path) -> int:
    """Take a file's lock for as long as this process lives, and return what holds it."""
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, MODE)
    except OSError as error:
        raise Unusable(
            f"{path} 无法打开：{error.strerror}。", f"{path} cannot be opened: {error.strerror}."
        ) from None
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(file)
        raise Unusable(
            f"{path} 已被另一进程占用；同一状态文件只能由一个进程使用。",
            f"{path} is held by another process; only one may use the state file beside it.",
        ) from None
    return file


def _written(seen: dict[str, Seen]) -> bytes:
    rows = [{"note": it.note, "text": it.checkpoint.text()} for it in seen.values()]
    told = orjson.dumps({"custody_guard": FORMAT, "seen": rows}) + b"\n"
    return told + sha256(told).hexdigest().encode() + b"\n"


def _parsed(content: bytes) -> dict[str, Seen]:
    told, _, mark = content.partition(b"\n")
    if mark != sha256(told + b"\n").hexdigest().encode() + b"\n":
        raise ValueError("not as it was written")
    state: dict[str, Any] = orjson.loads(told)
    if state["custody_guard"] != FORMAT:
        raise ValueError("written by a later version")
    seen = [Seen(checkpoint.parse(row["text"]), row["note"]) for row in state["seen"]]
    return {it.checkpoint.origin: it for it in seen}
