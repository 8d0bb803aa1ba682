"""How are the signer and the witness started as an operator starts them?"""

import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.process import forked
from tests.process.program import COMMAND, environment
from tests.waiting import LONG_S


class Program:
    """`custody signer` or `custody witness`, on a port that was free, once it listens."""

    def __init__(self, folder: Path, *arguments: str, fresh: bool = False, **settings: str) -> None:
        """`fresh`: it imports all anew, as an operator's does."""
        self.complaints = ""
        start = subprocess.Popen if fresh else forked.Popen
        self.process: subprocess.Popen[str] = start(
            [*COMMAND, *arguments, "--listen", "127.0.0.1:0"],
            cwd=folder, env=environment(**settings), text=True,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE,
        )  # fmt: skip
        assert self.process.stdout
        serving = self.process.stdout.readline()
        if not serving.startswith("Serving "):
            _, complaint = self.process.communicate(timeout=LONG_S)
            raise AssertionError(f"it does not serve: {serving}{complaint}")
        self.url = serving.split()[1]

    def end(self, *, suddenly: bool = False) -> int:
        """End it, as told to or as a power cut does; return its exit code."""
        if suddenly:
            self.process.kill()
        else:
            self.process.terminate()
        if self.process.stdout and not self.process.stdout.closed:
            _, self.complaints = self.process.communicate(timeout=LONG_S)
        return self.process.returncode


@contextmanager
def running(
    folder: Path, *arguments: str, fresh: bool = False, **settings: str
) -> Iterator[Program]:
    """Run a program until the block ends."""
    program = Program(folder, *arguments, fresh=fresh, **settings)
    try:
        yield program
    finally:
        program.end(suddenly=True)


def command(folder: Path, *arguments: str, **settings: str) -> subprocess.CompletedProcess[str]:
    """Run a command that ends by itself."""
    return forked.run([*COMMAND, *arguments], environment(**settings), LONG_S, folder)
