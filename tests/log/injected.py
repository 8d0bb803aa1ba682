"""What do a ledger and a guard do when one of their system calls fails, or is their last?

A program: `injected.py FOLDER`, to be run under strace, which lets the call number AT of each of
CALLS fail or kill. For each of them, and for n from 1, a child makes AT - n such calls on a scratch
file, so that the nth of its own is hit; what was tried is printed, with what the child had said by
its end: a letter for each thing that was done, and a dot for each that failed. It goes on to the
next when none of its own is hit any more.
"""

import os
import shutil
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

from custody.ledger import Entry, Unavailable, open_ledger
from custody.log.guard import Guard
from custody.log.sealer import Sealer
from tests.log.test_guard import at, proof

AT = 300
LETTERS = "abc"
DONE = b"!"
BEYOND = 3
"""The exit code of a child that was hit after it had done everything."""


def main(folder: Path) -> None:
    """Try every call."""
    for act, acted in ACTS.items():
        for call in CALLS[act]:
            n, is_hit = 0, True
            while is_hit:
                n += 1
                place = folder / act / call / f"{n}"
                shutil.copytree(folder / "template", place)
                said, is_hit = _child(place, acted, idle(folder, call), n)
                if is_hit:
                    os.writev(1, [f"{act} {call} {n} {said}\n".encode()])


def append(folder: Path) -> Iterator[str]:
    """Record three things, one after another, and seal each."""
    url = f"sqlite:///{folder}/custody.db"
    try:
        ledger = open_ledger(url)
    except Unavailable:
        yield "."
        ledger = open_ledger(url)
    for letter in LETTERS:
        try:
            body = b'{"said":"%s"}' % letter.encode()
            ledger.append([Entry("noted", 1, body, (f"note:{letter}", "notes:all"))], now=1)
            yield letter
            Sealer(ledger).catch_up()
        except Unavailable:
            yield "."
    ledger.close()


def advance(folder: Path) -> Iterator[str]:
    """Remember two checkpoints, the second of them from where the memory is by then."""
    guard = Guard(folder / "state")
    last = 9
    for letter, size in zip("ab", (12, 14), strict=True):
        try:
            guard.advance(last, proof(last, size), at(size), letter)
        except OSError:
            yield "."
        else:
            yield letter
            last = size
    guard.close()


ACTS: dict[str, Callable[[Path], Iterator[str]]] = {"append": append, "advance": advance}
CALLS = {
    "append": ("pwrite64", "fdatasync", "fsync", "ftruncate"),
    "advance": ("write", "fsync", "rename"),
}


def idle(folder: Path, call: str) -> Callable[[], object]:
    """Return a call that does nothing of interest, by the name that the system has for it."""
    file = os.open(folder / "scratch", os.O_RDWR | os.O_CREAT)
    name = folder / "scratch"
    idles: dict[str, Callable[[], object]] = {
        "write": lambda: os.write(file, b"x"),
        "pwrite64": lambda: os.pwrite(file, b"x", 0),
        "fsync": lambda: os.fsync(file),
        "fdatasync": lambda: os.fdatasync(file),
        "ftruncate": lambda: os.ftruncate(file, 0),
        "rename": lambda: os.rename(name, name),  # noqa: PTH104 - that very call
    }
    return idles[call]


def _child(
    place: Path, act: Callable[[Path], Iterator[str]], call: Callable[[], object], n: int
) -> tuple[str, bool]:
    """Return what a child said before its end, and whether a call of its own was hit."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        os._exit(_acted(place, act, call, n, writing))
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    is_killed, is_done = os.WIFSIGNALED(status), said.endswith(DONE.decode())
    is_beyond = is_done and (is_killed or os.WEXITSTATUS(status) == BEYOND)
    assert is_killed or is_done, f"{said!r} and then {status}"
    return said.removesuffix(DONE.decode()) or "-", not is_beyond


def _acted(
    place: Path,
    act: Callable[[Path], Iterator[str]],
    call: Callable[[], object],
    n: int,
    writing: int,
) -> int:
    for _ in range(AT - n):
        call()
    for said in act(place):
        os.writev(writing, [said.encode()])
    os.writev(writing, [DONE])
    try:
        for _ in range(AT):
            call()
    except OSError:
        return BEYOND
    return 0  # one of its own was hit, and nobody minded


if __name__ == "__main__":
    main(Path(sys.argv[1]))
