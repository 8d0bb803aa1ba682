"""How does an export become a ledger again? All of it or nothing, and only where there is none."""

from dataclasses import dataclass
from operator import attrgetter
from pathlib import Path
from typing import Any, Final

from sqlalchemy import Connection, select

from custody.backup.errors import NotEmpty
from custody.backup.fingerprint import Progress
from custody.backup.loading import Subjects, insert
from custody.exporting.checking import Export
from custody.ledger import Ledger, Record, writing
from custody.ledger.tables import head, record
from custody.terms import Position

COLUMNS: Final = (
    *("position", "recorded_at", "type", "version", "data", "subjects", "posted_by"),
    *("sent_at", "key", "remarks"),
)
_columns: Final = attrgetter(*COLUMNS)
_SUBJECTS: Final = COLUMNS.index("subjects")


@dataclass(frozen=True, slots=True)
class Loaded:
    """What has been imported."""

    position: Position
    checksum: str
    """As `custody checksum` prints it."""
    vouched: bool
    """Whether a manifest said what had to come of it; of a file alone, nobody knows its end."""


def load(ledger: Ledger, path: Path, progress: Progress) -> Loaded:
    """Import an export into an empty ledger, in one transaction.

    Keys and the vault stay as they are: an export has neither. Raises NotEmpty, and what
    `Export` does.
    """
    export = Export(path)
    with writing(ledger.engine) as connection:
        # Held until the end: who appends waits, and finds the ledger full.
        if connection.scalar(select(head.c.position).with_for_update()):
            raise NotEmpty([record.name])
        _insert(connection, export, progress)
        connection.execute(head.update().values(**export.head._asdict()))
    return Loaded(export.head.position, export.checksum, export.manifest is not None)


def _insert(connection: Connection, export: Export, progress: Progress) -> None:
    subjects = Subjects(connection)
    for records in export.records():
        rows = [_row(one) for one in records]
        subjects.take(
            (one.position, row[_SUBJECTS]) for one, row in zip(records, rows, strict=True)
        )
        insert(connection, record, COLUMNS, rows)
        progress(export.head.position, export.facts or export.head.position)
    subjects.index()


def _row(one: Record) -> list[Any]:
    row = list(_columns(one))
    row[_SUBJECTS] = "\n".join(one.subjects)
    return row
