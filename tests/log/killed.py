"""What is left of a guard's memory when its process is killed, at each line of its code in turn?

A program: `killed.py FOLDER make|advance`. For n from 1 it lets a child make a memory, or advance
one from 9 to 12, which kills itself before the nth line of guard.py; then it opens what is left,
and prints n, whether the child had said that it was done, and the last size, or -1 for none. It
ends with the first child that is not killed.
"""

import os
import signal
import sys
from pathlib import Path
from types import FrameType
from typing import Any

from custody.log import guard
from custody.log.guard import Guard
from tests.log.test_guard import LOG, at, grown, proof


def main(folder: Path, act: str) -> None:
    """Try every line."""
    n, survived = 0, False
    while not survived:
        n += 1
        path = folder / f"{act}{n}"
        if act == "advance":
            grown(Guard(path, new=True), 9).close()
        said, survived = _child(path, act, n)
        left = Guard(path, new=act == "make")
        last = left.last(LOG)
        size = last.checkpoint.size if last else -1
        if size >= 0:
            left.advance(size, proof(size, 14), at(14), "it goes on")
        left.close()
        print(n, said, size, flush=True)  # noqa: T201  that is what the test reads


def _child(path: Path, act: str, last_line: int) -> tuple[str, bool]:
    """Return what a child said before its end, and whether it lived to its own."""
    reading, writing = os.pipe()
    child = os.fork()
    if child == 0:
        _act(path, act, last_line)
        os.write(writing, b"done")
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    assert os.WIFSIGNALED(status) or status == 0, "killed or done, and nothing else"
    return said or "-", status == 0


def _act(path: Path, act: str, last_line: int) -> None:
    lines = 0

    def trace(frame: FrameType, event: str, _argument: Any) -> Any:
        nonlocal lines
        if frame.f_code.co_filename != guard.__file__:
            return None
        lines += event == "line"
        if lines == last_line:
            os.kill(os.getpid(), signal.SIGKILL)
        return trace

    if act == "make":
        sys.settrace(trace)
        Guard(path, new=True)
    else:
        kept = Guard(path)
        sys.settrace(trace)
        kept.advance(9, proof(9, 12), at(12), "note of 12")
    sys.settrace(None)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2])
