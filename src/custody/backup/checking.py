"""Does a backup hold the ledger that it says it holds? Read to its end, one can tell."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from custody.backup.errors import Damaged, OtherFormat, WrongFile
from custody.backup.fingerprint import Fingerprint, Progress
from custody.backup.reading import Reader, Rows
from custody.ledger import SCHEMA_VERSION, Head
from custody.ledger.tables import record


@dataclass(frozen=True, slots=True)
class Found:
    """What a backup says of itself, once it has been read to its end."""

    head: Head
    ledger: str
    sha256: str
    projections: dict[str, str] | None
    layout: int
    rows: dict[str, int]
    made_at: str
    vault_keys: bool


class Backup:
    """A backup that is read once, in its order, and may be believed when nothing was raised."""

    def __init__(self, reader: Reader) -> None:
        self._reader = reader
        said = reader.header
        if said.schema != SCHEMA_VERSION:
            raise OtherFormat("schema", said.schema, SCHEMA_VERSION)
        self._head = Head(said.position, said.recorded_at)

    def rows(self, progress: Progress) -> Iterator[Rows]:
        """Return all rows, some at a time. Raises Damaged, OtherFormat."""
        last, whole = Head(0, 0), Fingerprint()
        for rows in self._reader.chunks():
            if rows.table is record:
                last = _followed(rows, last, whole)
                progress(last.position, self._head.position)
            yield rows
        if last != self._head or whole.hexdigest() != self._reader.end.ledger:
            raise _not_whole(last)

    def found(self) -> Found:
        """Return what it says of itself; asked once all rows have been read."""
        said, end = self._reader.header, self._reader.end
        return Found(
            head=self._head,
            ledger=end.ledger,
            sha256=self._reader.sha256,
            projections=end.projections,
            layout=said.layout,
            rows=end.rows,
            made_at=said.made_at,
            vault_keys=said.vault_keys,
        )


@contextmanager
def opened(path: Path) -> Iterator[Backup]:
    """Open a backup. Raises NotABackup, OtherFormat, Damaged."""
    with path.open("rb") as file:
        try:
            yield Backup(Reader(file))
        except WrongFile as error:
            error.path = path
            raise


def check(path: Path, progress: Progress) -> Found:
    """Read a backup to its end and believe nothing. Raises NotABackup, OtherFormat, Damaged."""
    with opened(path) as backup:
        for _ in backup.rows(progress):
            pass
        return backup.found()


def _followed(rows: Rows, before: Head, whole: Fingerprint) -> Head:
    """Return where the ledger stands after some records; each has to follow the one before."""
    for position, recorded_at, type_, data in rows.of("position", "recorded_at", "type", "data"):
        if position != before.position + 1 or recorded_at < before.recorded_at:
            raise _not_whole(before)
        whole.take(position, type_, data)
        before = Head(position, recorded_at)
    return before


def _not_whole(last: Head) -> Damaged:
    return Damaged("not the ledger it says it is", "与其声明的账本不符", f"record {last.position}")
