"""How is the service started as an operator starts it, and ended as a crash ends it?"""

import os
import signal
import subprocess
import tempfile
import time
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO, Self

import httpx

from tests.asking import ask
from tests.ports import free_port
from tests.process import forked
from tests.process.program import COMMAND, environment
from tests.waiting import LONG_S

LOOK_S = 0.02
VAULT_KEY = b64encode(bytes(range(32))).decode()
# Its input ends with this process, however that dies; then the servers go as well.
KILL_AT_END_OF_INPUT = 'read -r _; kill -KILL -- "-$0"'


class Group:
    """A program with all that it starts; nothing of it outlives the test, however that ends."""

    def __init__(
        self, command: list[str], log: IO[bytes], env: dict[str, str], cwd: str | None = None,
        *, fresh: bool = False,
    ) -> None:  # fmt: skip
        """`fresh`: `custody` imports all anew, as an operator's does."""
        start = subprocess.Popen if fresh else forked.Popen
        self.process: subprocess.Popen[bytes] = start(
            command, env=env, cwd=cwd, stdin=subprocess.DEVNULL, stdout=log,
            stderr=subprocess.STDOUT, start_new_session=True,
        )  # fmt: skip
        self._watch = subprocess.Popen(
            ["/bin/sh", "-c", KILL_AT_END_OF_INPUT, str(self.process.pid)],
            stdin=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True,
        )  # fmt: skip

    def kill(self) -> None:
        """End all of it at once, as a power cut does."""
        self._watch.kill()
        self._watch.wait()
        assert self._watch.stdin
        self._watch.stdin.close()
        with suppress(ProcessLookupError):
            os.killpg(self.process.pid, signal.SIGKILL)
        self.process.wait()


class Server:
    """`custody serve` on a port that stays the same when it is started again."""

    def __init__(
        self, database_url: str, *, workers: int = 1, fresh: bool = False, **settings: str
    ) -> None:
        self.database_url = database_url
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self._workers = workers
        self.fresh = fresh
        """Whether it is to import all anew when it is started next, as an operator's does."""
        self._settings = settings
        self._log = tempfile.NamedTemporaryFile(prefix="custody-serve-")  # noqa: SIM115 - closed by close
        self._group: Group | None = None

    def start(self) -> Self:
        """Start it, and return when it is ready to serve."""
        self.launch()
        deadline = time.monotonic() + LONG_S
        while not self.is_ready():
            assert self.is_running, f"the server gave up:\n{self.log()}"
            assert time.monotonic() < deadline, f"not ready in {LONG_S} s:\n{self.log()}"
            time.sleep(LOOK_S)
        return self

    def launch(self) -> None:
        """Start it without waiting for anything."""
        command = [*COMMAND, "serve", "--port", str(self.port), "--workers", str(self._workers)]
        own = {"CUSTODY_DATABASE_URL": self.database_url, "CUSTODY_VAULT_KEY": VAULT_KEY}
        env = environment(**own, **self._settings)
        self._group = Group(command, self._log.file, env, fresh=self.fresh)

    def is_ready(self) -> bool:
        try:
            return self.get("/readyz").status_code == 200
        except httpx.TransportError:
            return False

    def get(self, path: str, key: str | None = None) -> httpx.Response:
        """Ask over a connection of its own."""
        headers = {"Authorization": f"Bearer {key}"} if key else {}
        return ask("GET", self.url + path, headers=headers)

    @property
    def pid(self) -> int:
        assert self._group is not None, "it was started"
        return self._group.process.pid

    @property
    def is_running(self) -> bool:
        return self._group is not None and self._group.process.poll() is None

    def kill(self) -> None:
        """Kill every process of it, as `kill -9` does."""
        if self._group is not None:
            self._group.kill()
            self._group = None

    def stop(self, by: signal.Signals = signal.SIGTERM) -> int:
        """Ask it to stop, wait until it has, and return its exit code."""
        assert self._group is not None, "it was started"
        self._group.process.send_signal(by)
        try:
            return self._group.process.wait(LONG_S)
        except subprocess.TimeoutExpired:
            raise AssertionError(f"still there after {LONG_S} s:\n{self.log()}") from None
        finally:
            self.kill()

    def log(self) -> str:
        """What it has said so far, on both outputs, all runs together."""
        return Path(self._log.name).read_text()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.kill()
        self._log.close()


@contextmanager
def serving(database_url: str, *, workers: int = 1, fresh: bool = False) -> Iterator[Server]:
    """Serve a database until the block ends."""
    with Server(database_url, workers=workers, fresh=fresh) as server:
        yield server.start()
