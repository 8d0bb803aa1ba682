"""How is `custody` started without importing it anew? As a fork of a process that has it imported.

To import what it serves with takes it longer than nearly all that a test asks of it, and tests
start hundreds. A fork is a child of the test's own process, as one that was started is: it has
arguments, an environment, a folder and files of its own, answers to signals, is killed and waited
for. What only a fresh start shows is shown by those who start `custody` with `subprocess`: among
them test_commands (SQLite and PostgreSQL), test_readme and test_guides, test_known_keys,
test_secrets, a killed server of test_crash, and the log's programs in test_programs.
"""

import atexit
import os
import socket
import subprocess
import sys
from collections.abc import Mapping, Sequence
from functools import cache
from inspect import signature
from pathlib import Path
from typing import Any, AnyStr, Final

from tests.process.adopted import Asked, Elsewhere
from tests.process.command import COMMAND, ROOT, environment

READ_AT_START: Final = ("PYTHON", "LC_", "LANG", "LD_", "MALLOC_")
"""How variables begin that count when an interpreter starts: a fork would not heed its own."""

MEASURED: Final = bool(os.environ.keys() & {"COVERAGE_PROCESS_CONFIG", "COVERAGE_PROCESS_START"})
"""Whether each program notes by itself which of its lines were run, which begins at its start."""


class Popen(subprocess.Popen[AnyStr]):
    """A `custody` program, forked where that makes no difference to it."""

    def _execute_child(self, *given: Any) -> None:
        begin = super()._execute_child  # type: ignore[misc] # typeshed has what is public
        told = signature(begin).bind(*given).arguments
        env = os.environ if told["env"] is None else told["env"]
        assert told["args"][: len(COMMAND)] == COMMAND, "only `custody` is imported already"
        if not _can_fork() or told["pass_fds"] or told["preexec_fn"] or not _starts_alike(env):
            begin(*given)
            return
        asked = Asked(
            told["args"][1:], dict(env), str(Path(told["cwd"] or ".").absolute()), [0, 1, 2],
            leads=told["start_new_session"],
        )  # fmt: skip
        given_files = [told[name] for name in ("p2cread", "c2pwrite", "errwrite")]
        files = [number if file == -1 else file for number, file in enumerate(given_files)]
        self.pid = _forking().start(asked, files)
        self._child_created = True
        ends = ("p2cread", "p2cwrite", "c2pread", "c2pwrite", "errread", "errwrite")
        self._close_pipe_fds(*(told[name] for name in ends))  # type: ignore[attr-defined]


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
def _forking() -> Elsewhere:
    """Start the process that has everything imported, as soon as it is needed."""
    channel, other = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    with other:
        process = subprocess.Popen(
            [sys.executable, "-m", "tests.process.forking", str(other.fileno())],
            env=environment(), cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=[other.fileno()],
        )  # fmt: skip
    assert channel.recv(8) == b"ready"
    atexit.register(process.wait)
    atexit.register(channel.close)  # which comes first, and ends it
    return Elsewhere(channel)


def _can_fork() -> bool:
    return sys.platform == "linux" and not MEASURED


def _starts_alike(env: Mapping[str, str]) -> bool:
    return _read_at_start(env) == _read_at_start(environment())


def _read_at_start(env: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in env.items() if name.startswith(READ_AT_START)}
