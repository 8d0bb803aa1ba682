"""Which of several processes leads? The one that holds a lock in the database."""

from __future__ import annotations

import time

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

CHECK_S = 1.0
"""How often the leader makes sure that its connection, and with it the lock, still lives."""


_CLAIM = 1 << 62
"""Added to a lock's number: the lock of those whose the lead is and who wait for it."""


class Leadership:
    """A lock that dies with its process, so that another takes over without anybody's help.

    One that stands by gives the lead back as soon as somebody whose it is waits for it, and does
    not take it while somebody does.

    On SQLite everyone leads: writers take turns by the file's own lock, and whoever follows the
    ledger checks, as it writes, that nobody was quicker.
    """

    def __init__(self, engine: Engine, number: int) -> None:
        self.stands_by = False
        self._engine = engine
        self._number = number
        self._connection: Connection | None = None
        self._waiting: Connection | None = None
        self._checked_at = 0.0

    @property
    def held(self) -> bool:
        """Whether this process leads, as far as it knows."""
        return self._connection is not None or self._engine.dialect.name == "sqlite"

    def take(self) -> bool:
        """Lead if nobody else does; return whether this process leads now."""
        if self._engine.dialect.name == "sqlite":
            return True
        try:
            return self._still_holds() if self._connection else self._try()
        except DBAPIError:
            self.drop()
            return False

    def drop(self) -> None:
        """Let another process lead."""
        held, self._connection, self._waiting = (self._connection, self._waiting), None, None
        for connection in held:
            if connection is not None:
                # Not given back to the pool: the lock is the session's, and ends with it.
                connection.invalidate()
                connection.close()

    def _try(self) -> bool:
        connection = self._waiting or self._engine.connect().execution_options(
            isolation_level="AUTOCOMMIT"
        )
        if self.stands_by and self._is_claimed(connection):
            connection.close()
            return False
        if self._ask(connection, "pg_try_advisory_lock", self._number):
            if self._waiting is not None:
                self._ask(connection, "pg_advisory_unlock_shared", self._number + _CLAIM)
                self._waiting = None
            self._connection = connection
            self._checked_at = time.monotonic()
            return True
        if self.stands_by:
            connection.close()
        elif self._waiting is None:
            self._waiting = connection
            self._ask(connection, "pg_try_advisory_lock_shared", self._number + _CLAIM)
        return False

    def _still_holds(self) -> bool:
        assert self._connection is not None, "asked only of a leader"
        if time.monotonic() - self._checked_at > CHECK_S:
            if self._is_claimed(self._connection) and self.stands_by:
                self.drop()
                return False
            self._checked_at = time.monotonic()
        return True

    def _is_claimed(self, connection: Connection) -> bool:
        """Tell whether somebody whose the lead is waits for it."""
        claim = self._number + _CLAIM
        asked = (
            "select exists (select from pg_locks join pg_database on oid = database"
            " where locktype = 'advisory' and datname = current_database() and granted"
            " and objsubid = 1 and classid = %s::bigint and objid = %s::bigint)"
        )
        halves = (claim >> 32, claim & 0xFFFFFFFF)
        return bool(connection.exec_driver_sql(asked, halves).scalar())

    def _ask(self, connection: Connection, what: str, number: int) -> bool:
        return bool(connection.exec_driver_sql(f"select {what}(%s::bigint)", (number,)).scalar())
