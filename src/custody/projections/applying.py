"""How do some records change every projection's tables, live ones and those of a rebuild alike?"""

from collections.abc import Callable, Collection, Iterable, Sequence
from functools import partial

from sqlalchemy import Column, Connection, Table

from custody.events import decode
from custody.ledger import Ledger, Record
from custody.projections.carriage import vouching
from custody.projections.consignments import consignment
from custody.projections.location import location
from custody.projections.projection import Change, Projection
from custody.projections.tables import Row, clear, load, upsert
from custody.projections.turning import Decode, batch, touched
from custody.terms import Subject

Place = Callable[[Table], Table]
"""Which table stands for a projection's own: itself, or the one that a rebuild fills beside it."""


def live(table: Table) -> Table:
    """Let each table stand for itself."""
    return table


def changes(
    connection: Connection,
    ledger: Ledger,
    records: Sequence[Record],
    projections: Sequence[Projection],
    place: Place = live,
    decode: Decode = decode,
) -> list[Change]:
    """Say what the next records change, given what the tables hold. Nothing is written.

    `decode`: how their facts are read, if they are not likely to be looked at again.
    """
    last = records[-1].position

    def read(subjects: Collection[Subject]) -> list[Record]:
        # The ledger may have grown past the batch; the tables have not.
        return [one for one in ledger.read(subjects).records if one.position <= last]

    def rows(column: Column[str], values: Collection[str]) -> list[Row]:
        if not values:
            return []
        assert isinstance(column.table, Table), "columns are those of tables"
        return load(connection, place(column.table).c[column.name], values)

    found = touched(records, decode)
    if not any(consignment in projection.tables for projection in projections):
        found.consignments.clear()  # nobody asks
    else:
        for row in rows(vouching.c.site, found.sites_registered()):
            found.tell_again(row["consignment"])
    sent = {row["no"] for row in rows(consignment.c.no, found.consignments.keys())}
    happened = batch(found, partial(rows, location.c.ref), sent, read)
    changed: list[Change] = []
    for projection in projections:
        wanted = projection.wants(happened)
        changed += projection.changes(happened, rows(*wanted) if wanted else [])
    return changed


def write(connection: Connection, changed: Iterable[Change], place: Place = live) -> None:
    """Write what changes."""
    for change in changed:
        table = place(change.table)
        if change.clear is not None:
            clear(connection, table, *change.clear)
        upsert(connection, table, change.rows)
