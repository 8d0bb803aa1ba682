"""What does a program that a test starts find imported already? It is a fork of this process.

Nothing goes on here but that; whatever a program reads, opens or starts, it does so itself. Tests
ask for one by `tests.process.forked`.
"""

import atexit
import gc
import multiprocessing.util
import os
import pkgutil
import runpy
import signal
import socket
import sys
import threading
from collections.abc import Sequence
from functools import partial
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import Final, TextIO

from custody import cli, collector
from tests.process.adopted import Asked, Elsewhere, fork_whenever_asked

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

_started_anew = multiprocessing.util.spawnv_passfds


def main(channel: socket.socket) -> None:
    """Import all that there is, and fork; then be what was asked for."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; those who ask decide
    with collector.away():
        for name in (*COMMANDS, *LATER):
            import_module(name)
    gc.freeze()  # none of it is written to by counting, so that it is in memory once
    assert len(list(Path("/proc/self/task").iterdir())) == 1, "a fork would lack our other threads"
    channel.send(b"ready")
    _be(fork_whenever_asked(channel))


def _be(asked: Asked) -> None:
    """Do what an interpreter does that is started with these arguments."""
    signal.signal(signal.SIGINT, signal.default_int_handler)
    for name, output in (("stdout", sys.stdout), ("stderr", sys.stderr)):
        renewed = _renewed(output)
        setattr(sys, name, renewed)
        setattr(sys, f"__{name}__", renewed)
    sys.path[0] = str(Path.cwd())
    how, what, *sys.argv[1:] = asked.arguments
    if how == "-m":
        spare = Elsewhere(_spare())
        multiprocessing.util.spawnv_passfds = partial(_started, spare)
        try:
            runpy.run_module(what, run_name="__main__", alter_sys=True)
        except SystemExit as ended:
            if isinstance(ended.code, int):
                _end(ended.code)
            raise
    else:
        sys.argv[0] = how
        Path("/proc/self/comm").write_text(what.removeprefix("from multiprocessing.").split()[0])
        sys.modules["__main__"] = ModuleType("__main__")
        exec(what, vars(sys.modules["__main__"]))


def _end(code: int) -> None:
    """Do what an interpreter does at its end, but leave what it holds to the system.

    To take apart all that is imported would take most commands longer than what they are asked.
    """
    threading._shutdown()  # type: ignore[attr-defined] # who are no daemons are waited for
    atexit._run_exitfuncs()
    try:
        for output in filter(None, (sys.stdout, sys.stderr)):
            output.flush()
    except OSError:
        return  # of which the interpreter has its own way to complain
    os._exit(code)


def _renewed(output: TextIO) -> TextIO:
    """Open an output again: how it is buffered depends on what it leads to."""
    renewed = open(  # noqa: SIM115 - the interpreter writes to it until its very end
        output.fileno(), "w", encoding=output.encoding, errors=output.errors, closefd=False
    )
    renewed.reconfigure(line_buffering=renewed.line_buffering or output is sys.stderr)
    return renewed


def _spare() -> socket.socket:
    """Keep a fork of this program from before it does anything, for those whom it starts itself.

    They are interpreters of multiprocessing that would import the same again.
    """
    ours, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    if os.fork():
        other.close()
        return ours
    ours.close()
    null = os.open(os.devnull, os.O_RDWR)  # nobody is to wait for the end of what it never writes
    for number in range(3):
        os.dup2(null, number)
    _be(fork_whenever_asked(other))
    sys.exit()


def _started(spare: Elsewhere, path: bytes, arguments: Sequence[str], files: Sequence[int]) -> int:
    """Start an interpreter, as multiprocessing asks for one."""
    _, *given = arguments
    if given[0] != "-c":
        return _started_anew(path, arguments, files)
    numbers = [0, 1, 2, *map(int, files)]
    return spare.start(Asked(given, dict(os.environ), str(Path.cwd()), numbers), numbers)


if __name__ == "__main__":
    main(socket.socket(fileno=int(sys.argv[1])))
