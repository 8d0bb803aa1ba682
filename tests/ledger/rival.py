"""Another writer, who holds the database's write lock for as long as a test wants."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from threading import Event
from typing import Any

import psycopg
from sqlalchemy import event

from custody.ledger import Ledger
from tests.waiting import eventually

_RECORD = """
insert into record (position, recorded_at, type, version, data, subjects, key)
select position + 1, recorded_at, 'noted', 1, '', '{subject}', '' from head
"""
_ABOUT = (
    "insert into about (subject, position, version) select '{subject}', position + 1, 1 from head"
)
_HEAD = "update head set position = position + 1"


@contextmanager
def rival_writing_about(ledger: Ledger, subject: str) -> Iterator[None]:
    """Hold the lock during the block; a record about the subject is committed at its end."""
    with _locked(ledger) as connection:
        for statement in (_RECORD, _ABOUT, _HEAD):
            connection.execute(statement.format(subject=subject))
        yield
        connection.execute("commit")


@contextmanager
def _locked(ledger: Ledger) -> Iterator[Any]:
    """A connection of another program, as far as the ledger can tell."""
    url = ledger.engine.url
    if ledger.engine.dialect.name == "sqlite":
        path = str(url.database)
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            connection.execute("begin immediate")
            yield connection
        return
    conninfo = url.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(conninfo, autocommit=True) as server:
        server.execute("begin")
        server.execute("select from head for update")
        yield server


class Arrivals:
    """Tells when an append has come to the lock that a rival holds."""

    def __init__(self, ledger: Ledger) -> None:
        self._engine = ledger.engine
        self._asked = Event()
        event.listen(self._engine, "before_cursor_execute", self._notice)

    def wait(self) -> None:
        """Return once somebody waits for the lock, which nobody gets while the rival holds it."""
        assert self._asked.wait(60)
        if self._engine.dialect.name == "postgresql":
            eventually(self._waiting)

    def _waiting(self) -> int:
        with self._engine.connect() as connection:
            found = connection.exec_driver_sql("select count(*) from pg_locks where not granted")
            return int(found.scalar_one())

    def _notice(self, connection: Any, cursor: Any, statement: str, *_: Any) -> None:
        if statement == "begin immediate" or "custody_append" in statement:
            self._asked.set()
