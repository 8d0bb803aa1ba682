"""How is `custody` started without importing it anew? As a fork of a process that has it imported.

To import what it serves with takes it longer than nearly all that a test asks of it, and tests
start hundreds. A fork is a child of the test's own process, as one that was started is: it has
arguments, an environment, a folder and files of its own, answers to signals, is killed and waited
for. What only a fresh start can show, those show who say `fresh`, or use `subprocess` themselves:
- on a file and on a server, `test_stop` (one process) and `test_commands` (two on the server);
- after a kill, `test_crash`; of the signer's and the witness's memory, `tests/log/test_programs`;
- that keys for tests open nothing, `test_known_keys`; that no secret is said, `test_secrets`;
- as a person starts it, by its name and from a shell, `test_readme` and the pages of the docs.
Where coverage is measured all are started fresh: what is measured is measured from the start.
"""

import atexit
import os
import socket
import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from functools import cache
from inspect import signature
from pathlib import Path
from typing import Any, AnyStr, Final

import pytest

from tests.process.adopted import Asked, Elsewhere
from tests.process.command import COMMAND, ROOT

READ_AT_START: Final = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_")
"""How variables begin that count when an interpreter starts: a fork has those of whom it is of."""

MEASURED: Final = bool(os.environ.keys() & {"COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"})
"""Whether each program notes by itself which of its lines were run, which begins at its start."""


class Popen(subprocess.Popen[AnyStr]):
    """A program; if it is `custody`, a fork, where that makes no difference to it."""

    def _execute_child(self, *given: Any) -> None:
        begin = super()._execute_child  # type: ignore[misc] # typeshed has what is public
        told: dict[str, Any] = signature(begin).bind(*given).arguments
        env = os.environ if told["env"] is None else told["env"]
        is_custody = [*told["args"][: len(COMMAND)]] == COMMAND
        if MEASURED or sys.platform != "linux" or not is_custody:
            begin(*given)
            return
        asked = Asked(
            told["args"][1:], dict(env), str(Path(told["cwd"] or ".").absolute()), [0, 1, 2],
            leads=told["start_new_session"],
        )  # fmt: skip
        given_files = [told[name] for name in ("p2cread", "c2pwrite", "errwrite")]
        files = [number if file == -1 else file for number, file in enumerate(given_files)]
        read = {name: env[name] for name in env if name.startswith(READ_AT_START)}
        self.pid = _forking(frozenset(read.items())).start(asked, files)
        self._child_created = True
        ends = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
        self._close_pipe_fds(*(told[name] for name in ends))  # type: ignore[attr-defined]


@contextmanager
def everywhere() -> Iterator[None]:
    """Until the block ends, fork also what the product or the bench starts by itself."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(subprocess, "Popen", Popen)
        yield


def run(
    command: Sequence[str], env: Mapping[str, str], timeout_s: float, folder: Path | None = None
) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself, and return what it said."""
    pipe = subprocess.PIPE
    with Popen(
        command, env=env, cwd=folder, stdin=subprocess.DEVNULL, stdout=pipe, stderr=pipe, text=True
    ) as process:
        try:
            told, complained = process.communicate(timeout=timeout_s)
        except BaseException:
            process.kill()
            raise
    return subprocess.CompletedProcess(command, process.returncode, told, complained)


@cache
def _forking(read_at_start: frozenset[tuple[str, str]]) -> Elsewhere:
    """Start a process that has everything imported, as soon as one is needed."""
    channel, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    ours = {name: os.environ[name] for name in os.environ if not name.startswith(READ_AT_START)}
    with other:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.process.forking", str(other.fileno())],
            env=ours | dict(read_at_start), cwd=ROOT, stdin=subprocess.DEVNULL,
            pass_fds=[other.fileno()],
        )  # fmt: skip
    assert channel.recv(8) == b"ready"
    atexit.register(process.wait)
    atexit.register(channel.close)  # which comes first, and ends it
    return Elsewhere(channel)
