"""How is a stretch of the ledger put into files, so that whoever is interrupted goes on?

Each file is written whole or not at all, and the manifest names it once it is there. A further run
reads again what earlier ones have exported, and writes anew only what is not so any more: because
the last file was not full, because somebody changed a file, or because a fact in it was destroyed.
"""

import fcntl
import os
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from itertools import zip_longest
from pathlib import Path
from typing import Final

from sqlalchemy import select

from custody.backup.errors import BeingWritten, Missing
from custody.backup.fingerprint import RECORDS_AT_ONCE, Fingerprint, Progress, written
from custody.backup.whole import written_whole
from custody.exporting import manifest as manifests
from custody.exporting.batches import Batch, filled_in
from custody.exporting.beside import Beside
from custody.exporting.columns import VERSION
from custody.exporting.errors import NothingThere, OtherExport
from custody.exporting.filling import Filling
from custody.exporting.formats import Format, files
from custody.exporting.manifest import File, Manifest
from custody.ledger import Columns, Ledger
from custody.ledger.errors import translated
from custody.log import tables
from custody.terms import Position

FILE_FACTS: Final = 1_000_000
"""Facts a file, unless somebody says otherwise."""

FILE_FACTS_MAX: Final = 10_000_000


@dataclass(frozen=True, slots=True)
class Wanted:
    """What somebody wants exported; what is left open is as it was in the folder, or usual."""

    format: Format
    first: Position = 1
    last: Position | None = None
    file_facts: int | None = None


def export(ledger: Ledger, folder: Path, wanted: Wanted, progress: Progress) -> Manifest:
    """Export into a folder, or go on with what it holds.

    Raises NeedsExtra, NothingThere, OtherExport, Missing, BeingWritten, Unwritable, and what
    reading a manifest does.
    """
    files(wanted.format)  # what is not installed is said before anything is done
    head = ledger.head().position
    last = head if wanted.last is None else min(wanted.last, head)
    if last < wanted.first:
        raise NothingThere(wanted.first, last)
    folder.mkdir(parents=True, exist_ok=True)
    with _alone(folder):
        before = manifests.read(folder) if manifests.is_there(folder) else None
        if before is not None:
            _assert_same(before, wanted, last)
        file_facts = wanted.file_facts or (before.file_facts if before else FILE_FACTS)
        asked = Wanted(wanted.format, wanted.first, last, file_facts)
        made = _Making(ledger, folder, asked, before, progress).run()
        manifests.remove_others(folder, made)
    return made


class _Making:
    """One run, and how far it has come."""

    def __init__(
        self,
        ledger: Ledger,
        folder: Path,
        wanted: Wanted,
        before: Manifest | None,
        progress: Progress,
    ) -> None:
        assert wanted.last is not None
        assert wanted.file_facts is not None
        self._ledger = ledger
        self._folder = folder
        self._wanted = wanted
        self._last, self._file_facts = wanted.last, wanted.file_facts
        self._progress = progress
        self._told_last = before
        self._old = {} if before is None else {one.name: one for one in before.files}
        self._whole = Fingerprint()
        self._origin = _origin(ledger)

    def run(self) -> Manifest:
        """Write what is not there yet, file by file."""
        done: list[File] = []
        first, made = self._wanted.first, None
        while first <= self._last:
            last = min(first + self._file_facts - 1, self._last)
            name = manifests.file_name(self._wanted.format, first, last)
            old = self._old.pop(name, None)
            if old is not None and self._is_still(old):
                done.append(old)
                made = self._told(done)
            else:
                done.append(self._write(name, first, last))
                made = self._told(done)
                self._tell(made)
            first = last + 1
        assert made is not None, "there is a fact at least"
        self._tell(made)
        return made

    def _tell(self, made: Manifest) -> None:
        """Write the manifest, unless it is there already."""
        if made != self._told_last:
            manifests.write(self._folder, made)
            self._told_last = made

    def _told(self, done: list[File]) -> Manifest:
        """Say what the folder holds by now: what was written, and what is left of before."""
        last = done[-1].last
        left = [one for one in self._old.values() if one.first > last]
        return Manifest(
            VERSION,
            self._wanted.format,
            self._wanted.first,
            left[-1].last if left else last,
            self._file_facts,
            None if left else self._whole.hexdigest(),
            self._origin,
            [*done, *left],
        )

    def _is_still(self, old: File) -> bool:
        """Tell whether a file is as it was, and the ledger says what it says.

        If so, its facts count as exported; if not, nothing has happened.
        """
        path = self._folder / old.name
        if not path.is_file() or manifests.sha256(path) != old.sha256:
            return False
        stretch, whole = Fingerprint(), self._whole.copy()
        for some in self._read(old.first, old.last):
            content = b"".join(map(written, some.position, some.type, some.data))
            _take(content, stretch, whole)
        if stretch.hexdigest() != old.checksum:
            return False
        self._whole = whole
        return True

    def _write(self, name: str, first: Position, last: Position) -> File:
        # What the first file says is all that has been said so far: it is taken once.
        stretch = self._whole if first == self._wanted.first else Fingerprint()
        path = self._folder / name
        opens = files(self._wanted.format).writer
        with (
            written_whole(path) as file,
            closing(opens(file)) as writer,
            Beside(_count) as counting,
        ):
            for some in self._read(first, last):
                facts = filled_in(some, writer.filled)
                counting.do(writer.filled, facts, *{stretch, self._whole})
                writer.add(facts)
            counting.done()
            checksum = stretch.hexdigest()
            writer.finish({"first": str(first), "last": str(last), "checksum": checksum})
        return File(name, first, last, path.stat().st_size, manifests.sha256(path), checksum)

    def _read(self, first: Position, last: Position) -> Iterator[Columns]:
        """Read a stretch, each part while the one before is written. Raises Missing."""
        parts = [
            (after, min(after + RECORDS_AT_ONCE, last))
            for after in range(first - 1, last, RECORDS_AT_ONCE)
        ]
        with Beside(self._ledger.between) as reading:
            reading.do(*parts[0])
            for (after, until), further in zip_longest(parts, parts[1:]):
                found = reading.done()
                _assert_all(found, after, until)
                if further:
                    reading.do(*further)
                yield found
                self._progress(until - self._wanted.first + 1, self._last - self._wanted.first + 1)


def _assert_all(found: Columns, after: Position, until: Position) -> None:
    """Raise Missing if one of the records after a position, up to another, is not there."""
    should = range(after + 1, until + 1)
    if tuple(found.position) != tuple(should):
        raise Missing(min({*should} - {*found.position}))


def _count(filled: type[Filling], facts: Batch, *sums: Fingerprint) -> None:
    """Let facts count in each of some checksums."""
    _take(filled.counted(facts), *sums)


def _take(content: bytes | memoryview, *sums: Fingerprint) -> None:
    for each in sums:
        each.take_all(content)


def _assert_same(before: Manifest, wanted: Wanted, last: Position) -> None:
    """Refuse to mix two exports in one folder. Raises OtherExport."""
    for what, found, asked in (
        ("--format", before.format, wanted.format),
        ("--from", before.first, wanted.first),
        ("--file-facts", before.file_facts, wanted.file_facts or before.file_facts),
    ):
        if found != asked:
            raise OtherExport(what, found, asked)
    if last < before.last:
        raise OtherExport("--to", before.last, last)


def _origin(ledger: Ledger) -> str | None:
    """Return what the ledger's log is called, if one was kept."""
    tables.lay_out(ledger.engine)
    with translated(), ledger.engine.connect() as connection:
        name: str | None = connection.scalar(select(tables.state.c.origin))
    return name or None


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Keep others from exporting into the folder. Raises BeingWritten."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield
    except BlockingIOError as error:
        raise BeingWritten from error
    finally:
        os.close(descriptor)
