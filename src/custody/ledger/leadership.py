"""Which of several processes leads? The one that holds a lock in the database."""

from __future__ import annotations

import time

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

CHECK_S = 1.0
"""How often the leader makes sure that its connection, and with it the lock, still lives."""


class Leadership:
    """A lock that dies with its process, so that another takes over without anybody's help.

    On SQLite everyone leads: writers take turns by the file's own lock, and whoever follows the
    ledger checks, as it writes, that nobody was quicker.
    """

    def __init__(self, engine: Engine, number: int) -> None:
        self._engine = engine
        self._number = number
        self._connection: Connection | None = None
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
        connection, self._connection = self._connection, None
        if connection is not None:
            # Not given back to the pool: the lock is the session's, and ends with it.
            connection.invalidate()
            connection.close()

    def _try(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        asked = "select pg_try_advisory_lock(%s::bigint)"
        if connection.exec_driver_sql(asked, (self._number,)).scalar():
            self._connection = connection
            self._checked_at = time.monotonic()
            return True
        connection.close()
        return False

    def _still_holds(self) -> bool:
        assert self._connection is not None, "asked only of a leader"
        if time.monotonic() - self._checked_at > CHECK_S:
            self._connection.exec_driver_sql("select 1")
            self._checked_at = time.monotonic()
        return True
