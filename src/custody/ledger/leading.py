"""Which one of several processes leads, on either engine? One at a time, or order is nobody's.

On PostgreSQL the lead is a lock in the database. A file of SQLite has no such lock; there it is one
of the operating system's, on a file beside it. Either dies with its process.
"""

import fcntl
import os
from typing import IO, Final, Protocol

from sqlalchemy import Engine

from custody.ledger.leadership import Leadership

SUFFIX: Final = "-lead"


class Lead(Protocol):
    """The lead."""

    stands_by: bool

    def take(self) -> bool:
        """Lead if nobody else does; return whether this process leads now."""

    def drop(self) -> None:
        """Let another lead."""


class FileLead:
    """The lead where everyone is on one machine."""

    def __init__(self, path: str) -> None:
        self.stands_by = False
        self._path = path
        self._file: IO[bytes] | None = None

    def take(self) -> bool:
        if self._file is not None:
            return True
        # Not inherited by what this process starts: it would keep the lead beyond our death.
        file = os.fdopen(os.open(self._path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600), "r+b")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def drop(self) -> None:
        file, self._file = self._file, None
        if file is not None:
            file.close()


def lead_of(engine: Engine, number: int, name: str) -> Lead:
    """Return the lead of what is done under a name and, in a database, a number."""
    if engine.dialect.name == "sqlite":
        return FileLead(f"{engine.url.database}-{name}{SUFFIX}")
    return Leadership(engine, number)
