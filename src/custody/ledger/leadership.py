"""Which of several processes leads? The one that holds a lock in the database."""

from __future__ import annotations

import time
from collections.abc import Callable

from sqlalchemy import Connection, Engine
from sqlalchemy.exc import DBAPIError

CHECK_S = 1.0
"""How often the leader makes sure that its connection, and with it the lock, still lives."""


LENT_S = 60.0
"""How long one that stands by leads before it lets whoever else is there by now have it."""


class Leadership:
    """A lock that dies with its process, so that another takes over without anybody's help.

    On SQLite everyone leads: writers take turns by the file's own lock, and whoever follows the
    ledger checks, as it writes, that nobody was quicker.
    """

    def __init__(
        self, engine: Engine, number: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.patience_s = 0.0
        """For how long nobody must have led before this one does; more than 0: it stands by."""
        self._engine = engine
        self._number = number
        self._clock = clock
        self._connection: Connection | None = None
        self._led_since = self._checked_at = 0.0
        self._free_since: float | None = None

    @property
    def held(self) -> bool:
        """Whether this process leads, as far as it knows."""
        return self._connection is not None or self._engine.dialect.name == "sqlite"

    def take(self) -> bool:
        """Lead if nobody else does; return whether this process leads now."""
        if self._engine.dialect.name == "sqlite":
            return True
        try:
            if self._connection is None:
                return self._try()
            if self.patience_s and self._clock() - self._led_since > LENT_S:
                self.drop()
                return False
            return self._still_holds()
        except DBAPIError:
            self.drop()
            return False

    def drop(self) -> None:
        """Let another process lead."""
        connection, self._connection = self._connection, None
        self._free_since = None
        if connection is not None:
            # Not given back to the pool: the lock is the session's, and ends with it.
            connection.invalidate()
            connection.close()

    def _try(self) -> bool:
        connection = self._engine.connect().execution_options(isolation_level="AUTOCOMMIT")
        if self._ask(connection, "pg_try_advisory_lock"):
            if self._has_waited():
                self._connection = connection
                self._led_since = self._checked_at = self._clock()
                return True
            self._ask(connection, "pg_advisory_unlock")
        else:
            self._free_since = None
        connection.close()
        return False

    def _ask(self, connection: Connection, what: str) -> bool:
        return bool(
            connection.exec_driver_sql(f"select {what}(%s::bigint)", (self._number,)).scalar()
        )

    def _has_waited(self) -> bool:
        """Tell whether the lead has been free for as long as it is left to others."""
        now = self._clock()
        if self._free_since is None:
            self._free_since = now
        return now - self._free_since >= self.patience_s

    def _still_holds(self) -> bool:
        assert self._connection is not None, "asked only of a leader"
        if self._clock() - self._checked_at > CHECK_S:
            self._connection.exec_driver_sql("select 1")
            self._checked_at = self._clock()
        return True
