"""How does everything get into an empty database, and is it then what it was?"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, Table, select

from custody import keys, pushing, relaying, vault
from custody.backup import beyond, tables
from custody.backup.checking import Found, opened
from custody.backup.errors import NotEmpty
from custody.backup.fingerprint import Progress, fingerprint
from custody.backup.loading import Subjects, insert
from custody.exchange import tables as exchange
from custody.ledger import Ledger, writing
from custody.ledger.tables import head, record
from custody.projections import ALL, LAYOUT
from custody.projections.freshness import snapshot
from custody.projector import Overtaken, Projector
from custody.pushing import keeping
from custody.rebuilding import checksum
from custody.terms import Millis, Position
from custody.vault.forgetting import empty_forgotten, forgotten_in, mark_forgotten
from custody.vault.tables import lock, person

RECORDS_MAX = 10_000
"""Records a transaction of projecting: nobody is served yet, so it may write more at once."""


@dataclass(frozen=True, slots=True)
class Compared:
    """What is in the database, beside what the backup says was."""

    ledger: bool
    """Whether the ledgers are equal."""
    projections: tuple[str, ...] | None
    """Those that differ; None if the backup does not tell what they were."""

    @property
    def equal(self) -> bool:
        """Whether nothing is known to differ."""
        return self.ledger and not self.projections


def restore(ledger: Ledger, path: Path, progress: Progress, newer: Sequence[Path] = ()) -> Found:
    """Put a backup into an empty database, all of it or nothing.

    Whoever is forgotten in the database, in the backup or in a newer one stays forgotten. Raises
    NotEmpty, NotABackup, OtherFormat, Damaged.
    """
    keys.lay_out(ledger.engine)
    vault.lay_out(ledger.engine)
    pushing.lay_out(ledger.engine)
    exchange.lay_out(ledger.engine)
    relaying.lay_out(ledger.engine)
    marks = {name: at for each in newer for name, at in _forgotten_by(each)}
    with opened(path) as backup, writing(ledger.engine) as connection:
        _assert_empty(connection)
        marks |= forgotten_in(connection)
        connection.execute(person.delete())
        subjects = Subjects(connection)
        for rows in backup.rows(progress):
            if rows.table is lock:
                connection.execute(lock.delete())
            if rows.table is record:
                subjects.take(rows.of("position", "subjects"))
            insert(connection, rows.table, rows.columns, rows.rows)
        subjects.index()
        mark_forgotten(connection, marks)
        empty_forgotten(connection)
        keeping.pause_restored(connection)
        found = backup.found()
        beyond.leave(connection, found.head.position)
        connection.execute(head.update().values(**found.head._asdict()))
    return found


def project(ledger: Ledger, progress: Progress) -> Position:
    """Build the projections from the ledger; return the position they reflect."""
    projector = Projector(ledger, records_max=RECORDS_MAX)
    end, done = ledger.head().position, 0
    while True:
        try:
            projected = projector.step()
        except Overtaken:
            continue  # somebody serves the database already, and projects it too
        if not projected:
            return end
        done += projected
        progress(min(done, end), end)


def compare(ledger: Ledger, found: Found, progress: Progress) -> Compared:
    """Compare what was restored with what the backup says."""
    same = fingerprint(ledger, found.head.position, progress) == found.ledger
    with snapshot(ledger.engine) as (connection, position):
        comparable = (position, LAYOUT) == (found.head.position, found.layout)
        if found.projections is None or not comparable:
            return Compared(same, None)
        now = {one.name: checksum(connection, one.tables) for one in ALL}
    return Compared(same, tuple(name for name in now if now[name] != found.projections.get(name)))


def _assert_empty(connection: Connection) -> None:
    """Raise NotEmpty if there is anything that a restored row could come into conflict with."""
    # Held until the end: who appends waits, and finds the ledger full.
    position = connection.scalar(select(head.c.position).with_for_update())
    occupied = [table.name for table in tables.ALL if _holds_something(connection, table)]
    if occupied or position:
        raise NotEmpty(occupied or [head.name])


def _holds_something(connection: Connection, table: Table) -> bool:
    if table is lock:
        return False  # a vault that holds nothing may have been opened
    asked = select(table).limit(1)
    if table is person:
        asked = asked.where(person.c.forgotten_at.is_(None))
    return connection.execute(asked).first() is not None


def _forgotten_by(path: Path) -> Iterator[tuple[str, Millis]]:
    """Read from a backup who had been forgotten when it was made."""
    with opened(path) as backup:
        for rows in backup.rows(lambda _done, _total: None):
            if rows.table is person:
                for depositor, at in rows.of("depositor", "forgotten_at"):
                    if at is not None:
                        yield depositor, at
