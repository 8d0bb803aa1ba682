"""How does an export that was asked for become a file? Facts as columns, or books as a workbook."""

from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from functools import partial
from pathlib import Path
from typing import Final

from sqlalchemy import Engine

from custody import books
from custody.access import Scope
from custody.backup.whole import written_whole
from custody.books import Sources, as_xlsx
from custody.books.asking import Asked, span
from custody.exporting import manifest
from custody.exporting.batches import batch
from custody.exporting.formats import files
from custody.exporting.jobs import Job, Made
from custody.exporting.wanted import BookWanted, FactsWanted
from custody.feed.following import told_of
from custody.ledger import Ledger, Record
from custody.projections import guard
from custody.projections.freshness import snapshot
from custody.terms import Position

AT_ONCE: Final = 5_000
"""Facts read at once."""

GoesOn = Callable[[int, int], None]
"""Hears how much is done, of how much; raises if it is wanted no longer."""


class NotProjectedYet(Exception):
    """Whose the latest sites are is not known yet."""


def file_of(folder: Path, job: Job) -> Path:
    """Return where a job's file lies."""
    return folder / f"{job.id}.{job.asked.format}"


def make(ledger: Ledger, folder: Path, job: Job, goes_on: GoesOn) -> Made:
    """Make a job's file.

    Raises NotProjectedYet, Unwritable, NeedsExtra, and what `goes_on` does.
    """
    path = file_of(folder, job)
    if isinstance(job.asked, BookWanted):
        name = _books(ledger, path, job, job.asked, goes_on)
    else:
        name = _facts(ledger, path, job, job.asked, goes_on)
    return Made(name, path.stat().st_size, manifest.sha256(path))


def _facts(ledger: Ledger, path: Path, job: Job, asked: FactsWanted, goes_on: GoesOn) -> str:
    assert asked.to is not None, "said when it was asked for"
    first, last = asked.from_, asked.to
    opens = files(asked.format).writer
    choice = asked.choice(job.asker.scope)
    with written_whole(path) as file, closing(opens(file)) as writer:
        for position, records in _records(ledger, asked, first - 1, last):
            told = told_of(ledger.engine, records, where=choice.where)
            if len(told) < len(records):
                raise NotProjectedYet
            chosen = [one.record for one in choice.of(told)]
            if chosen:
                writer.add(batch(chosen, writer.filled, for_the_operator=False))
            goes_on(position - first + 1, last - first + 1)
        writer.finish({"first": str(first), "last": str(last)})
    return manifest.file_name(asked.format, first, last)


def _records(
    ledger: Ledger, asked: FactsWanted, after: Position, last: Position
) -> Iterator[tuple[Position, list[Record]]]:
    """Read a stretch by whatever index leads to it; yield how far that is, too."""
    if asked.battery is not None:
        found = ledger.read([f"battery:{asked.battery}"], after=after, redacted=True).records
        yield last, [one for one in found if one.position <= last]
        return
    while after < last:
        found = ledger.since(after, AT_ONCE, types=asked.types)
        within = [one for one in found if one.position <= last]
        after = within[-1].position if len(within) == AT_ONCE else last
        yield after, within


def _books(ledger: Ledger, path: Path, job: Job, asked: BookWanted, goes_on: GoesOn) -> str:
    chosen = list(books.ALL) if asked.book == "all" else [books.BY_NAME[asked.book]]
    stretch = span(asked.from_, asked.to, job.created_at)
    question = Asked(asked.site, stretch, job.position, job.created_at)
    opening = partial(_opened, ledger, _seen(ledger.engine, job.asker.scope))
    with written_whole(path) as file:
        about = as_xlsx.about(question, None)
        with closing(as_xlsx.chunks(chosen, opening, question, about)) as chunks:
            for chunk in chunks:
                file.write(chunk)
                goes_on(0, 1)
    return as_xlsx.file_name(question, asked.book)


def _seen(engine: Engine, scope: Scope) -> Scope:
    """Return what the database is to show by itself; everything where it cannot."""
    return scope if guard.hangs(engine) else Scope()


@contextmanager
def _opened(ledger: Ledger, scope: Scope) -> Iterator[Sources]:
    with snapshot(ledger.engine, scope) as (connection, _):
        yield Sources(connection, ledger)
