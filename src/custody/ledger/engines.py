"""How a database is opened, and how a write transaction begins on it."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import contextmanager, nullcontext
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event
from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError
from sqlalchemy.pool import ConnectionPoolEntry, QueuePool

from custody.ledger.errors import UnusableUrl, translated
from custody.ledger.turns import Turns

CONNECTIONS_KEPT = 8
CONNECTIONS_MAX = 24
CONNECTION_WAIT_S = 10
BUSY_WAIT_MS = 30_000
CACHE_KIB = 65_536
CHECKPOINT_PAGES = 4_000

# The driver asks of each NULL and each bytes object whether it knows how to adapt itself, which
# takes as long as writing it; whoever has an adapter is not asked. These give back what they get.
_nothing: Any = {}.get
sqlite3.register_adapter(type(None), _nothing)
sqlite3.register_adapter(bytes, bytes)

# The turns of each SQLite file that this process writes.
_turns: dict[Path, Turns] = {}


def open_engine(url: str | URL) -> Engine:
    """Open the database of a URL, so that a commit on it is durable."""
    try:
        parsed = make_url(url)
    except ArgumentError as error:
        raise UnusableUrl(str(url)) from error
    if parsed.drivername in ("postgresql", "postgres", "postgresql+psycopg"):
        return _open_postgres(parsed.set(drivername="postgresql+psycopg"))
    if parsed.drivername in ("sqlite", "sqlite+pysqlite") and _is_file(parsed):
        return _open_sqlite(parsed)
    raise UnusableUrl(str(parsed) if parsed.password else str(url))


@contextmanager
def writing(engine: Engine, *, durable: bool = True) -> Iterator[Connection]:
    """One write transaction: committed at the end of the block, undone if the block raises.

    What is not `durable` a crash of the machine may take back, whole transactions, the last first:
    for what can be made again. It saves the flush.
    """
    sqlite = engine.dialect.name == "sqlite"
    turn = _turn(engine) if sqlite else nullcontext()
    with turn, translated(), engine.connect() as connection:
        connection.execution_options(writes=True)
        with nullcontext() if durable else _unflushed(connection, sqlite), connection.begin():
            if not durable and not sqlite:
                connection.exec_driver_sql("set local synchronous_commit = off")
            yield connection


@contextmanager
def laying_out(engine: Engine, lock: int) -> Iterator[Connection]:
    """One write transaction in which tables are made: several processes start at once.

    `lock`: any number, as long as every process that lays out the same tables says the same.
    """
    with writing(engine) as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({lock})")
        yield connection


@contextmanager
def _unflushed(connection: Connection, sqlite: bool) -> Iterator[None]:
    """SQLite flushes or not by its connection's setting, which a transaction cannot change."""
    if not sqlite:
        yield
        return
    dbapi: Any = connection.connection
    (before,) = dbapi.execute("pragma synchronous").fetchone()
    dbapi.execute("pragma synchronous = normal")
    try:
        yield
    finally:
        # A commit that failed leaves its transaction open, in which the setting cannot be changed:
        # the connection would go on without flushing, for whoever has it next.
        if dbapi.in_transaction:
            dbapi.rollback()
        dbapi.execute(f"pragma synchronous = {before}")


def _open_sqlite(url: URL) -> Engine:
    engine = _create(url)
    event.listen(engine, "connect", _prepare_sqlite)
    event.listen(engine, "begin", _begin_sqlite)
    return engine


def _open_postgres(url: URL) -> Engine:
    engine = _create(url)
    event.listen(engine, "connect", _prepare_postgres)
    event.listen(engine, "before_cursor_execute", _choose_format)
    return engine


def _create(url: URL) -> Engine:
    return create_engine(
        url,
        poolclass=_Pool,
        pool_size=CONNECTIONS_KEPT,
        max_overflow=CONNECTIONS_MAX - CONNECTIONS_KEPT,
        pool_timeout=CONNECTION_WAIT_S,
        hide_parameters=True,  # a failure is logged with its statement: not with what it was told
    )


class _Pool(QueuePool):
    """Closes what is handed back to it after its end: nobody else would."""

    _ended = False

    def dispose(self) -> None:
        self._ended = True
        super().dispose()

    def _do_return_conn(self, record: ConnectionPoolEntry) -> None:
        super()._do_return_conn(record)
        if self._ended:
            super().dispose()


def _prepare_sqlite(dbapi: Any, _: object) -> None:
    # Transactions begin when we say so; the driver's own guess would let a read begin none.
    dbapi.isolation_level = None
    dbapi.execute(f"pragma busy_timeout = {BUSY_WAIT_MS}")
    dbapi.execute("pragma journal_mode = wal")
    dbapi.execute("pragma synchronous = full")
    dbapi.execute("pragma foreign_keys = on")
    dbapi.execute(f"pragma cache_size = -{CACHE_KIB}")
    dbapi.execute(f"pragma wal_autocheckpoint = {CHECKPOINT_PAGES}")


def _begin_sqlite(connection: Connection) -> None:
    # Reads begin plain: a reader that took the write lock would lock out the writer beside it.
    writes = connection.get_execution_options().get("writes", False)
    connection.exec_driver_sql("begin immediate" if writes else "begin")


def _prepare_postgres(dbapi: Any, _: object) -> None:
    # An operator may ask for more than a flush here (remote_apply), never for less.
    dbapi.execute(
        "select set_config('synchronous_commit', 'on', false)"
        " where current_setting('synchronous_commit') in ('off', 'local', 'remote_write')"
    )
    dbapi.commit()


def _choose_format(
    connection: Connection, cursor: Any, statement: str, parameters: Any, context: Any, many: bool
) -> None:
    # As text, bytes travel as hexadecimal digits: twice as many, and to be decoded.
    if context is not None and context.execution_options.get("binary", False):
        cursor.format = 1


def _is_file(url: URL) -> bool:
    return bool(url.database) and ":memory:" not in str(url.database) and not url.query


def _turn(engine: Engine) -> Turns:
    # setdefault is one step: two threads that come first get the same turns.
    return _turns.setdefault(_path(str(engine.url.database)), Turns())


@cache
def _path(database: str) -> Path:
    return Path(database).resolve()
