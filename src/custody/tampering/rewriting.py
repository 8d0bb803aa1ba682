"""What can be done to the books by somebody who has the database's password and knows the code?"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, delete, select, update

from custody.ledger import Ledger, erasing, open_ledger, writing
from custody.ledger.tables import about, head, record
from custody.log import heads, store, tables
from custody.log.making import HEADS
from custody.log.sealer import Sealer
from custody.terms import Millis, Position

Row = dict[str, Any]


@contextmanager
def opened(books: Path) -> Iterator[Ledger]:
    """Open a copy of the books."""
    ledger = open_ledger(f"sqlite:///{books}")
    try:
        yield ledger
    finally:
        ledger.close()


def first(ledger: Ledger, type_: str) -> Position:
    """Return where the first record of a type lies."""
    asked = select(record.c.position).where(record.c.type == type_).order_by(record.c.position)
    with ledger.engine.connect() as connection:
        return int(connection.scalars(asked.limit(1)).one())


def edit(ledger: Ledger, position: Position, **values: Any) -> None:
    """Write other values into a record."""
    with writing(ledger.engine) as connection:
        connection.execute(update(record).where(record.c.position == position).values(values))


def remove(ledger: Ledger, position: Position) -> None:
    """Take a record out, and leave its place empty."""
    with writing(ledger.engine) as connection:
        for table in (record, about):
            connection.execute(delete(table).where(table.c.position == position))


def destroy(ledger: Ledger, position: Position) -> None:
    """Destroy what a record says, and leave what every proof of it needs."""
    with writing(ledger.engine) as connection:
        (entry,) = store.entries(connection, position, position)
        erasing.destroy(connection, position, entry)


def hide(ledger: Ledger, battery: str, position: Position) -> None:
    """Let a record be found no more by those who ask for a battery."""
    subject = about.c.subject == f"battery:{battery}"
    with writing(ledger.engine) as connection:
        connection.execute(delete(about).where(subject, about.c.position == position))


def rewrite(ledger: Ledger, change: Callable[[list[Row]], list[Row]]) -> None:
    """Put other records in the place of all there are: numbered, indexed and counted anew."""
    with writing(ledger.engine) as connection:
        kept = [dict(row) for row in connection.execute(_in_order()).mappings()]
        rows = [{**row, "position": n} for n, row in enumerate(change(kept), 1)]
        connection.execute(record.delete())
        connection.execute(record.insert(), rows)
        connection.execute(update(head).values(position=len(rows)))
        _index(connection, rows)


def rebuild_log(ledger: Ledger, size: int, now: Millis) -> None:
    """Throw the log away and make another over what is recorded now, as large as it was."""
    rewrite(ledger, lambda rows: [row for row in rows if row["type"] != HEADS])
    with writing(ledger.engine) as connection:
        for table in (tables.leaf, tables.tile, tables.landmark, tables.note, tables.head_chunk):
            connection.execute(table.delete())
        connection.execute(tables.state.update().values(size=0, peaks=b""))
    Sealer(ledger).catch_up()
    while log_size(ledger) < size:
        heads.take(ledger, now)
        Sealer(ledger).catch_up()


def log_size(ledger: Ledger) -> int:
    """Return how many records are sealed."""
    with ledger.engine.connect() as connection:
        return store.sealed(connection).edge.size


def _in_order() -> Any:
    return select(record).order_by(record.c.position)


def _index(connection: Connection, rows: list[Row]) -> None:
    versions: dict[str, int] = {}
    found = []
    for row in rows:
        for subject in filter(None, row["subjects"].split("\n")):
            versions[subject] = versions.get(subject, 0) + 1
            found.append(
                {
                    "subject": subject,
                    "position": row["position"],
                    "version": versions[subject],
                }
            )
    connection.execute(about.delete())
    connection.execute(about.insert(), found)
