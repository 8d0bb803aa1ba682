"""How processes on one PostgreSQL tell each other how far something has come."""

from __future__ import annotations

import logging
import re
import select
import socket
from collections.abc import Callable
from threading import Event, Lock, Thread
from typing import Final, Literal, TypeAlias, get_args

import psycopg
from sqlalchemy.engine import URL

What: TypeAlias = Literal["head", "projected", "wanted"]
"""What rises: the ledger's end, how far it is projected, how far somebody waits for it to be."""

CHANNELS: Final[dict[str, What]] = {f"custody_{what}": what for what in get_args(What)}
RECONNECT_S = 1.0

log = logging.getLogger(__name__)
_is_position = re.compile("[0-9]{1,18}").fullmatch


class Notices:
    """One thread with a connection of its own, which tells what rises here and hears the others."""

    def __init__(self, url: URL, hear: Callable[[What, int], None]) -> None:
        self._conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
        self._hear = hear
        self._closed = Event()
        self._changing = Lock()
        self._thread: Thread | None = None
        self._told: dict[str, int] = dict.fromkeys(CHANNELS, 0)
        self._to_tell: dict[str, int] = dict.fromkeys(CHANNELS, 0)
        self._has_complained = False
        self._bell, self._ringer = socket.socketpair()
        self._ringer.setblocking(False)

    def start(self) -> None:
        with self._changing:
            if self._thread is None and not self._closed.is_set():
                self._thread = Thread(target=self._run, name="ledger notices", daemon=True)
                self._thread.start()

    def tell(self, what: What, position: int) -> None:
        """Tell the other processes soon, without waiting; of several positions the last counts."""
        channel = f"custody_{what}"
        with self._changing:
            self._to_tell[channel] = max(self._to_tell[channel], position)
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
            for channel in CHANNELS:
                connection.execute(f"listen {channel}")
            while not self._closed.is_set():
                for channel in CHANNELS:
                    position = self._to_tell[channel]
                    if position > self._told[channel]:
                        connection.execute("select pg_notify(%s, %s)", (channel, str(position)))
                        self._told[channel] = position
                for notice in connection.notifies(timeout=0):
                    self._pass_on(notice)
                ready, _, _ = select.select([connection.fileno(), self._bell.fileno()], [], [])
                if self._bell.fileno() in ready:
                    self._bell.recv(4096)

    def _pass_on(self, notice: psycopg.Notify) -> None:
        """Tell those here what was told, unless nobody of ours told it.

        Whoever may connect to the database may notify, and of anything.
        """
        if _is_position(notice.payload):
            self._hear(CHANNELS[notice.channel], int(notice.payload))
        elif not self._has_complained:
            self._has_complained = True  # however often it comes, it is said once
            log.warning("%s: %.40r is no position; it is ignored", notice.channel, notice.payload)
