"""Where does a device keep what it has written down, so that no kill and no power cut loses it?

In one file of SQLite: in its write-ahead log and synchronised before anybody is told that it is
kept. Several processes may share the file; each change is one transaction.
"""

import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import RLock
from typing import Any, Final, Literal

from custody.client.problems import CustodyError

BUSY_S: Final = 30.0
"""Seconds that another process is given to end its change."""

HELD_MAX: Final = 20_000
"""Movements that wait or were refused: beyond it nothing is taken in, and nothing is dropped."""

KEPT_MAX: Final = 10_000
"""Receipts that are kept; of the oldest beyond it the device need not know any more."""

LAYOUT: Final = """
CREATE TABLE IF NOT EXISTS terminal (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    name TEXT NOT NULL,
    public_key TEXT NOT NULL,
    next INTEGER NOT NULL,
    previous TEXT NOT NULL
) STRICT;
CREATE TABLE IF NOT EXISTS movement (
    n INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    said BLOB NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('waiting', 'refused', 'recorded')),
    bytes BLOB,
    told TEXT
) STRICT;
CREATE INDEX IF NOT EXISTS by_state ON movement (state, n);
"""
"""`said` is the digest of what was handed in, `told` the receipt or the problem as it came."""

State = Literal["waiting", "refused", "recorded"]


class Full(CustodyError):
    """As many movements are held as may be: send them, and look after those that were refused."""


class Another(CustodyError):
    """The file, or a key, belongs to another terminal or another key than was named."""


@dataclass(frozen=True, slots=True)
class Head:
    """Where a terminal's chain ends: its last place, and the digest of the bytes at it."""

    sequence: int = 0
    previous: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One movement in the file."""

    n: int
    id: str
    said: bytes
    state: State
    bytes: bytes
    told: str


class File:
    """The file of one terminal."""

    def __init__(self, path: Path, terminal: str, public_key: str, begun: Head) -> None:
        self._path = path
        self._lock = RLock()
        self._db = sqlite3.connect(
            path, timeout=BUSY_S, isolation_level=None, check_same_thread=False
        )
        self._db.execute("PRAGMA journal_mode = WAL")
        self._db.execute("PRAGMA synchronous = FULL")
        with self.changing():
            for statement in LAYOUT.split(";"):
                self._db.execute(statement)
            self._belongs(terminal, public_key, begun)

    def close(self) -> None:
        """Close the file; what is in it stays."""
        with self._lock:
            self._db.close()

    @contextmanager
    def changing(self) -> Iterator[None]:
        """Change it in one step, which is on the disk when it ends, or as if it had never begun."""
        with self._lock:
            self._db.execute("BEGIN IMMEDIATE")
            try:
                yield
            except BaseException:
                self._db.execute("ROLLBACK")
                raise
            self._db.execute("COMMIT")

    @contextmanager
    def sending(self) -> Iterator[bool]:
        """Tell whether nobody else sends what is in it, and let nobody else until the block ends.

        The system lets go of it however this process ends.
        """
        beside = self._path.with_name(f"{self._path.name}-sending")
        with closing(sqlite3.connect(beside, timeout=0, isolation_level=None)) as lock:
            try:
                lock.execute("BEGIN EXCLUSIVE")
            except sqlite3.OperationalError:
                yield False
                return
            yield True

    def head(self) -> Head:
        """Return where the chain ends."""
        n, previous = self._one("SELECT next - 1, previous FROM terminal")
        return Head(n, previous)

    def find(self, id_: str) -> Row | None:
        """Return the movement of an id."""
        rows = self._rows("WHERE id = ?", id_)
        return rows[0] if rows else None

    def behind(self, n: int, state: State, count: int) -> list[Row]:
        """Return the next movements in a state behind a place, in their order."""
        return self._rows("WHERE state = ? AND n > ? ORDER BY n LIMIT ?", state, n, count)

    def count(self, *states: State) -> int:
        """Count the movements in these states."""
        found = dict(self._all("SELECT state, count(*) FROM movement GROUP BY state"))
        return sum(found.get(state, 0) for state in states)

    def append(self, row: Row, head: Head) -> None:
        """Take a movement in at the end of the chain. Raises Full."""
        if self.count("waiting", "refused") >= HELD_MAX:
            raise Full(f"{HELD_MAX} movements wait or were refused")
        self._db.execute(
            "INSERT INTO movement VALUES (?, ?, ?, ?, ?, ?)",
            (row.n, row.id, row.said, row.state, row.bytes, row.told),
        )
        self._db.execute(
            "UPDATE terminal SET next = ?, previous = ?", (head.sequence + 1, head.previous)
        )

    def settle(self, settled: Sequence[tuple[Row, State, str]]) -> None:
        """Note what became of movements; of those that were recorded the bytes are let go."""
        with self.changing():
            for row, state, told in settled:
                self._db.execute(
                    "UPDATE movement SET state = ?, told = ?,"
                    " bytes = CASE ? WHEN 'refused' THEN bytes END WHERE n = ?",
                    (state, told, state, row.n),
                )
            self._db.execute(
                "DELETE FROM movement WHERE state = 'recorded' AND n <="
                " (SELECT n FROM movement WHERE state = 'recorded'"
                " ORDER BY n DESC LIMIT 1 OFFSET ?)",
                (KEPT_MAX,),
            )

    def wait_again(self, row: Row) -> None:
        """Let a movement wait once more, in its own place."""
        self._db.execute("UPDATE movement SET state = 'waiting', told = NULL WHERE n = ?", (row.n,))

    def remove(self, row: Row) -> None:
        """Let a movement go, which somebody has looked after."""
        self._db.execute("DELETE FROM movement WHERE n = ?", (row.n,))

    def _belongs(self, terminal: str, public_key: str, begun: Head) -> None:
        """See that the file is this terminal's, and what waits in it was signed with this key."""
        self._db.execute(
            "INSERT INTO terminal VALUES (1, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
            (terminal, public_key, begun.sequence + 1, begun.previous),
        )
        name, key = self._one("SELECT name, public_key FROM terminal")
        if name != terminal:
            raise Another(f"{self._path} belongs to terminal {name}, not to {terminal}")
        if key == public_key:
            return
        if self.count("waiting"):
            raise Another(f"what waits in {self._path} was signed with another key; send it first")
        self._db.execute("UPDATE terminal SET public_key = ?", (public_key,))

    def _rows(self, where: str, *values: object) -> list[Row]:
        columns = "n, id, said, state, coalesce(bytes, x''), coalesce(told, '')"
        # The condition is one of ours.
        found = self._all(f"SELECT {columns} FROM movement {where}", *values)  # noqa: S608
        return [Row(*one) for one in found]

    def _one(self, statement: str) -> tuple[Any, ...]:
        (found,) = self._all(statement)
        return found

    def _all(self, statement: str, *values: object) -> list[tuple[Any, ...]]:
        with self._lock:
            return self._db.execute(statement, values).fetchall()
