"""How processes on one PostgreSQL tell each other that the ledger has grown."""

from __future__ import annotations

import select
import socket
from collections.abc import Callable
from threading import Event, Lock, Thread

import psycopg
from sqlalchemy.engine import URL

CHANNEL = "custody_head"
RECONNECT_S = 1.0


class Notices:
    """One thread with a connection of its own, which tells of our appends and hears of others'."""

    def __init__(self, url: URL, hear: Callable[[int], None]) -> None:
        self._conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._hear = hear
        self._closed = Event()
        self._changing = Lock()
        self._thread: Thread | None = None
        self._told = 0
        self._to_tell = 0
        self._bell, self._ringer = socket.socketpair()
        self._ringer.setblocking(False)

    def start(self) -> None:
        with self._changing:
            if self._thread is None and not self._closed.is_set():
                self._thread = Thread(target=self._run, name="ledger notices", daemon=True)
                self._thread.start()

    def tell(self, position: int) -> None:
        """Tell the other processes soon, without waiting; of several positions the last counts."""
        with self._changing:
            self._to_tell = max(self._to_tell, position)
        self.start()
        self._ring()

    def close(self) -> None:
        self._closed.set()
        with self._changing:
            thread = self._thread
        self._ring()
        if thread is not None:
            thread.join()
        self._bell.close()
        self._ringer.close()

    def _ring(self) -> None:
        try:
            self._ringer.send(b"!")
        except OSError:
            # Full: it is ringing already. Closed: nobody is left to hear it.
            return

    def _run(self) -> None:
        while not self._closed.is_set():
            try:
                self._converse()
            except (psycopg.Error, OSError):
                # Those who wait look for themselves meanwhile.
                self._closed.wait(RECONNECT_S)

    def _converse(self) -> None:
        with psycopg.connect(self._conninfo, autocommit=True) as connection:
            # A notice need not survive a crash, and should not cost a flush.
            connection.execute("set synchronous_commit = off")
            connection.execute(f"listen {CHANNEL}")
            while not self._closed.is_set():
                if self._to_tell > self._told:
                    position = self._to_tell
                    connection.execute("select pg_notify(%s, %s)", (CHANNEL, str(position)))
                    self._told = position
                for notice in connection.notifies(timeout=0):
                    self._hear(int(notice.payload))
                ready, _, _ = select.select([connection.fileno(), self._bell.fileno()], [], [])
                if self._bell.fileno() in ready:
                    self._bell.recv(4096)
