"""What does one durable commit cost? A row inserted by hand, and nothing else."""

import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager

import psycopg
from sqlalchemy.engine import make_url

from bench.databases import POSTGRESQL

ROW = b"x" * 420  # as long as a movement

Insert = Callable[[], object]


def commits(url: str, engine: str, count: int, delay_s: float = 0) -> list[float]:
    """Insert rows, a commit each; return the seconds that each took."""
    taken = []
    with (_postgres if engine == POSTGRESQL else _sqlite)(url) as insert:
        for _ in range(count):
            begun = time.perf_counter()
            insert()
            time.sleep(delay_s)
            taken.append(time.perf_counter() - begun)
    return taken


@contextmanager
def _postgres(url: str) -> Iterator[Insert]:
    dsn = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(dsn, autocommit=True) as connection:
        connection.execute("create table one (id bigserial primary key, data bytea)")
        yield lambda: connection.execute("insert into one (data) values (%b)", (ROW,))


@contextmanager
def _sqlite(url: str) -> Iterator[Insert]:
    connection = sqlite3.connect(str(make_url(url).database), isolation_level=None)
    connection.execute("pragma journal_mode = wal")
    connection.execute("pragma synchronous = full")
    connection.execute("create table one (id integer primary key, data blob)")
    yield lambda: connection.execute("insert into one (data) values (?)", (ROW,))
    connection.close()
