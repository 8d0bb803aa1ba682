"""How are the programs of a log started, each in a process of its own, and ended with us?"""

import os
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Self

import httpx

ANY_PORT = "127.0.0.1:0"
READY_S = 60.0
LOOK_S = 0.05
STOP_S = 40


class NotStarted(Exception):
    """A program did not come up; says which, and what it complained of."""


class Program:
    """One `custody` command that serves, from when it listens until the block ends."""

    def __init__(self, folder: Path, name: str, *arguments: str, **settings: str) -> None:
        """`settings`: the variables of its environment; it inherits none of ours."""
        self._complaints = folder / f"{name}.log"
        self._name = name
        with self._complaints.open("wb") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "custody", *arguments],
                cwd=folder, env=environment(**settings), text=True,
                stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=log,
            )  # fmt: skip

    def address(self) -> str:
        """Wait until it says where it serves; return that. Raises NotStarted."""
        assert self._process.stdout
        said = self._process.stdout.readline()
        if not said.startswith("Serving "):
            raise NotStarted(f"{self._name}: {said}{self._complaints.read_text()}")
        return said.split()[1]

    def stop(self) -> None:
        """Let it end what it is doing, and end."""
        self._process.terminate()
        try:
            self._process.wait(STOP_S)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
        assert self._process.stdout
        self._process.stdout.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()


def environment(**settings: str) -> dict[str, str]:
    """Return our environment with these settings alone, and English spoken."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CUSTODY_")}
    return kept | {"LC_ALL": "C"} | settings


def free_port() -> int:
    """Return a port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait_until_ready(client: httpx.Client) -> None:
    """Return when the service at the other end is ready. Raises NotStarted."""
    deadline = time.monotonic() + READY_S
    while not _is_ready(client):
        if time.monotonic() > deadline:
            raise NotStarted(f"{client.base_url} is not ready after {READY_S} s")
        time.sleep(LOOK_S)


def _is_ready(client: httpx.Client) -> bool:
    try:
        return client.get("/readyz").status_code == httpx.codes.OK
    except httpx.TransportError:
        return False
