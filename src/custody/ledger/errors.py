"""Which failures a caller of the ledger must expect, and which database errors they stand for."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft

# Refused for the state the database is in, not for what was asked: locked, full, unreachable.
_SQLITE_CODES = frozenset(
    {
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
    }
)
_SQLITE_UNREADABLE = frozenset({sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_CORRUPT})
# The passing ones in PostgreSQL: connection, resources, operator, deadlock, lock, a standby.
_SQLSTATES = ("08", "53", "57", "40", "55", "25006")


class Moved(Exception):
    """A subject that was read has moved since; nothing was written."""


class NoDatabase(Exception):
    """What the URL names is a file of another kind, or a database that is damaged."""


class UnknownSchema(Exception):
    """The database was laid out by another version of the program."""

    def __init__(self, found: int, known: int) -> None:
        super().__init__(found, known)
        self.found = found
        self.known = known


class UnusableUrl(ValueError):
    """The URL names no database that the ledger can be kept in."""

    def __init__(self, url: str) -> None:
        super().__init__(url)
        self.url = url


class Unavailable(Exception):
    """The database cannot serve just now; what was being written may or may not be recorded."""


@contextmanager
def translated() -> Iterator[None]:
    """Let a passing failure of the database leave as `Unavailable`; a mistake of ours stays one."""
    try:
        yield
    except NoConnectionLeft as error:
        raise Unavailable(str(error)) from error
    except DBAPIError as error:
        if getattr(error.orig, "sqlite_errorcode", 0) & 0xFF in _SQLITE_UNREADABLE:
            raise NoDatabase(str(error.orig)) from error
        if not (error.connection_invalidated or _passing(error.orig)):
            raise
        raise Unavailable(str(error.orig)) from error
    except psycopg.Error as error:
        # What is asked of the driver itself, since SQLAlchemy has no word for it.
        if not _passing(error):
            raise
        raise Unavailable(str(error)) from error


def _passing(error: BaseException | None) -> bool:
    if isinstance(error, sqlite3.Error):
        # The low byte is the primary code; the rest says more about it.
        return getattr(error, "sqlite_errorcode", 0) & 0xFF in _SQLITE_CODES
    sqlstate = getattr(error, "sqlstate", None)
    if sqlstate is None:
        # Raised by the driver without an answer of the server: it could not connect.
        return type(error).__name__ == "OperationalError"
    return bool(sqlstate.startswith(_SQLSTATES))
