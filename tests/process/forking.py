"""What does a program that a test starts find imported already? It is a fork of this process.

Nothing goes on here but that; whatever a program reads, opens or starts, it does so itself. Tests
ask for one by `tests.process.forked`.
"""

import gc
import os
import pkgutil
import runpy
import signal
import socket
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final, NamedTuple, TextIO

import orjson

from custody import cli, collector

ASKED_BYTES_MAX: Final = 1 << 17
COMMANDS: Final = tuple(f"{cli.__name__}.{one.name}" for one in pkgutil.iter_modules(cli.__path__))
LATER: Final = (
    "custody.api.app",
    "sqlalchemy.dialects.postgresql.psycopg",
    "sqlalchemy.dialects.sqlite.pysqlite",
    "uvicorn.lifespan.on",
    "uvicorn.loops.uvloop",
    "uvicorn.protocols.http.httptools_impl",
)
"""What a command imports only when it needs it."""


class Asked(NamedTuple):
    """What whoever starts a program says of it; its three files come beside that."""

    arguments: Sequence[str]
    environment: Mapping[str, str]
    folder: str
    leads: bool
    """Whether a session of its own."""


def fork_whenever_asked(channel: socket.socket) -> None:
    """Fork a program whenever asked to, until whoever asks is gone; be that program in the fork."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; those who ask decide
    with collector.away():
        for name in (*COMMANDS, *LATER):
            import_module(name)
    gc.freeze()  # none of it is written to by counting, so that it is in memory once
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "a fork would lack our other threads"
    channel.send(b"ready")
    while True:
        told, files, _, _ = socket.recv_fds(channel, ASKED_BYTES_MAX, 3)
        if not told:
            return
        read, write = os.pipe()
        if _orphaned():
            asked = Asked(*orjson.loads(told))
            _stand_alone(asked, files)
            os.write(write, str(os.getpid()).encode())
            os.closerange(3, max(channel.fileno(), write, *files) + 1)
            _run(asked)
            return
        channel.send(os.read(read, 20))
        for each in (read, write, *files):
            os.close(each)


def _orphaned() -> bool:
    """Fork twice, and tell whether this is the second: whoever asked becomes its parent."""
    if between := os.fork():
        os.waitpid(between, 0)
        return False
    if os.fork():
        os._exit(0)
    return True


def _stand_alone(asked: Asked, files: Sequence[int]) -> None:
    """Be where a new process would be, with its files, its environment and its own signals."""
    if asked.leads:
        os.setsid()
    for number, each in enumerate(files):
        os.dup2(each, number)
    os.chdir(asked.folder)
    os.environ.clear()
    os.environ.update(asked.environment)
    signal.signal(signal.SIGINT, signal.default_int_handler)


def _run(asked: Asked) -> None:
    """Run `python -m custody`, with outputs that are buffered as suits what they lead to."""
    for name, output in (("stdout", sys.stdout), ("stderr", sys.stderr)):
        renewed = _renewed(output)
        setattr(sys, name, renewed)
        setattr(sys, f"__{name}__", renewed)
    sys.path[0] = str(Path.cwd())
    sys.argv[1:] = asked.arguments
    runpy.run_module("custody", run_name="__main__", alter_sys=True)


def _renewed(output: TextIO) -> TextIO:
    renewed = open(  # noqa: SIM115 - the interpreter writes to it until its very end
        output.fileno(), "w", encoding=output.encoding, errors=output.errors, closefd=False
    )
    renewed.reconfigure(line_buffering=renewed.line_buffering or output is sys.stderr)
    return renewed


if __name__ == "__main__":
    fork_whenever_asked(socket.socket(fileno=int(sys.argv[1])))
