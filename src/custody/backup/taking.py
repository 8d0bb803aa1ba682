"""How is everything taken out of a database that is being served?"""

import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, Table, select, tuple_

from custody import __version__, keys, pushing, relaying, vault
from custody.backup import tables
from custody.backup.beyond import as_they_were, captures_under_way
from custody.backup.errors import Missing, NotABackup, WrongFile
from custody.backup.fingerprint import RECORDS_AT_ONCE, Fingerprint, Progress
from custody.backup.reading import Reader
from custody.backup.whole import written_whole
from custody.backup.writing import Writer
from custody.exchange import tables as exchange
from custody.ledger import SCHEMA_VERSION, Head, Ledger
from custody.ledger.errors import translated
from custody.ledger.tables import record
from custody.projections import ALL, LAYOUT
from custody.projections.freshness import OtherLayout, lay_out, snapshot
from custody.rebuilding import checksum
from custody.terms import Position, rfc3339

ROWS_AT_ONCE = 5_000


@dataclass(frozen=True, slots=True)
class Taken:
    """What a backup holds."""

    position: Position
    """The ledger's end when it began: what is recorded later is not in it."""
    ledger: str
    """The ledger's checksum."""
    sha256: str
    """The file's own, before compression; noted elsewhere, it tells a file from any other."""
    projections: dict[str, str] | None
    """Their checksums, if they reflected the same position."""
    rows: dict[str, int]


def take(ledger: Ledger, path: Path, progress: Progress, *, vault_keys: bool = False) -> Taken:
    """Write a backup. Nobody waits for it: what was recorded once never changes.

    `vault_keys`: with what the vault needs to open; such a file remembers who is forgotten later.
    Raises NotABackup if under the name lies anything but an earlier backup.
    """
    _refuse_to_replace_another(path)
    keys.lay_out(ledger.engine)
    vault.lay_out(ledger.engine)
    pushing.lay_out(ledger.engine)
    exchange.lay_out(ledger.engine)
    relaying.lay_out(ledger.engine)
    whole = Fingerprint()
    under_way = captures_under_way(ledger.engine)
    with written_whole(path) as file:
        head, sums = _checksums(ledger)
        writer = Writer(file, _header(head, vault_keys=vault_keys))
        writer.table(record, _records(ledger, head.position, whole, progress))
        for table in tables.BESIDE_LEDGER:
            if vault_keys or table not in tables.VAULT_KEYS:
                rows = _rows(ledger.engine, table)
                if table is exchange.capture:
                    rows = as_they_were(rows, under_way, head.position)
                writer.table(table, rows)
        sha256 = writer.end({"ledger": whole.hexdigest(), "projections": sums})
    return Taken(head.position, whole.hexdigest(), sha256, sums, writer.rows)


def _refuse_to_replace_another(path: Path) -> None:
    """Replace a backup, whole or not, and nothing else: it might be the very database."""
    if not path.exists() or path.is_dir():
        return
    try:
        if not path.is_file():
            raise NotABackup
        with path.open("rb") as file:
            Reader(file)
    except NotABackup as error:
        error.path = path
        raise
    except WrongFile:
        return


def _header(head: Head, *, vault_keys: bool) -> dict[str, Any]:
    return {
        "schema": SCHEMA_VERSION,
        "layout": LAYOUT,
        "program": __version__,
        "made_at": rfc3339(time.time_ns() // 1_000_000),
        "position": head.position,
        "recorded_at": head.recorded_at,
        "vault_keys": vault_keys,
    }


def _checksums(ledger: Ledger) -> tuple[Head, dict[str, str] | None]:
    """Return the ledger's end, and the projections' checksums if they have reached it."""
    with suppress(OtherLayout):  # theirs are not ours: the ledger is what counts
        lay_out(ledger.engine)
        with snapshot(ledger.engine) as (connection, reached):
            head = ledger.head()
            if head.position == reached:
                return head, {one.name: checksum(connection, one.tables) for one in ALL}
            return head, None
    return ledger.head(), None


def _records(
    ledger: Ledger, until: Position, whole: Fingerprint, progress: Progress
) -> Iterator[Sequence[Any]]:
    position = 0
    while position < until:
        found = ledger.since(position, min(RECORDS_AT_ONCE, until - position))
        if not found:
            raise Missing(position + 1)
        for one in found:
            if one.position != position + 1:
                raise Missing(position + 1)
            position = one.position
            whole.take(position, one.type, one.data)
            yield (
                position,
                one.recorded_at,
                one.type,
                one.version,
                one.data,
                "\n".join(one.subjects),
                one.posted_by,
                one.sent_at,
                one.key,
                one.remarks,
            )
        progress(position, until)


def _rows(engine: Engine, table: Table) -> Iterator[Sequence[Any]]:
    """Return a table's rows by key, some at a time, so that no reading lasts long."""
    key = list(table.primary_key.columns)
    asked = select(table).order_by(*key).limit(ROWS_AT_ONCE)
    further: Any = asked
    while True:
        with translated(), engine.connect() as connection:
            rows = connection.execute(further).all()
        yield from rows
        if len(rows) < ROWS_AT_ONCE:
            return
        last = [getattr(rows[-1], column.name) for column in key]
        further = asked.where(tuple_(*key) > tuple_(*last))
