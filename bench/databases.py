"""Where are the figures measured? On a PostgreSQL server and SQLite files of our own."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import Self

from custody.ledger import open_engine
from tests.postgres import Postgres

SQLITE = "SQLite"
POSTGRESQL = "PostgreSQL"
ENGINES = (POSTGRESQL, SQLITE)


class Databases:
    """One server and one folder for a whole run; every measurement gets a fresh database."""

    def __init__(self) -> None:
        self._postgres = Postgres()
        self._folder = Path(tempfile.mkdtemp(prefix="custody-bench-"))
        self._numbers = count(1)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._postgres.close()
        shutil.rmtree(self._folder, ignore_errors=True)

    @property
    def postgres_url(self) -> str:
        """Where the server is."""
        return self._postgres.url

    @contextmanager
    def fresh(self, engine: str) -> Iterator[str]:
        """Make an empty database, and drop it at the end of the block."""
        name = f"bench_{next(self._numbers)}"
        if engine == POSTGRESQL:
            yield self._postgres.database(name)
            self._postgres.drop(name)
            return
        folder = self._folder / name
        folder.mkdir()
        yield f"sqlite:///{folder}/custody.db"
        shutil.rmtree(folder)


def settled(url: str) -> None:
    """Let a database see to what was written a moment ago: it would do so while we measure."""
    engine = open_engine(url)
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if engine.dialect.name == "postgresql":
            connection.exec_driver_sql("vacuum analyze")
            connection.exec_driver_sql("checkpoint")
        else:
            connection.exec_driver_sql("pragma wal_checkpoint(truncate)")
    engine.dispose()
