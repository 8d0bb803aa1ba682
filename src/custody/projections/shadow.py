"""How are projections built anew beside the live ones, and put in their place?"""

from collections.abc import Callable, Collection, Iterable
from uuid import uuid4

from sqlalchemy import Connection, MetaData, Table, inspect, select, text, update
from sqlalchemy.exc import OperationalError
from sqlalchemy.sql import quoted_name

from custody.events import decode_once
from custody.ledger import Ledger, writing
from custody.ledger.errors import translated
from custody.projections import ALL, EVERYTHING, LAYOUT, applying, guard
from custody.projections.projection import Change, Projection
from custody.projections.tables import projected
from custody.terms import Position

RECORDS_MAX = 4_000
"""Records a transaction of a rebuild: nobody waits for it, so it may write more at once.

Of more, Python's garbage collector would go through all that they are made into, for nothing."""

MARK = "_next_"
"""In the name of every table that a rebuild fills."""

LOCK_WAIT_MS = 200
"""How long a swap, and every reader that comes after it, waits for the readers before."""

Progress = Callable[[Position, Position], None]
"""Hears how far it has come, and how far it will go."""


class Displaced(Exception):
    """Another rebuild has begun since, and dropped what this one had filled."""


class Shadow:
    """Empty tables beside the live ones, to be filled from the ledger."""

    def __init__(
        self,
        ledger: Ledger,
        projections: Iterable[Projection] = ALL,
        records_max: int = RECORDS_MAX,
    ) -> None:
        self.ledger = ledger
        self.projections = tuple(projections)
        self._records_max = records_max
        self._metadata = MetaData()
        # Names of its own: nobody who fills or drops tables can mistake another rebuild's for his.
        mark = f"{MARK}{uuid4().hex[:8]}"
        self._tables = {
            table.name: _beside(table, self._metadata, mark)
            for projection in self.projections
            for table in projection.tables
        }
        self.position: Position = 0
        with writing(ledger.engine) as connection:
            _drop_leftovers(connection)
            self._metadata.create_all(connection)
            live = [table for one in self.projections for table in one.tables]
            guard.protect(connection, live, self.place)

    def place(self, table: Table) -> Table:
        """Return the table that stands for a live one."""
        return self._tables[table.name]

    def fill(self, until: Position, progress: Progress) -> None:
        """Project the ledger up to a position, many records at once. Raises Displaced."""
        while self.position < until:
            with translated(), self.ledger.engine.connect() as connection:
                self.assert_ours(connection)
                changed, last = self._next(
                    connection, min(self._records_max, until - self.position)
                )
            # Folded before it, so that on SQLite those who record wait for the writing alone.
            with writing(self.ledger.engine) as connection:
                self.assert_ours(connection)
                applying.write(connection, changed, self.place)
            self.position = last
            progress(self.position, until)

    def swap(self, names: Collection[str]) -> Position | None:
        """Put the named projections in the place of the live ones; readers see one or the other.

        None if somebody reads one moment for so long that others would have to wait for the swap.
        """
        with writing(self.ledger.engine) as connection:
            self.assert_ours(connection)
            if not _all_to_ourselves(connection):
                return None
            until = int(connection.scalars(select(projected.c.position)).one())
            if self.position < until:
                changed, self.position = self._next(connection, until - self.position)
                applying.write(connection, changed, self.place)
            for projection in self.projections:
                for table in projection.tables if projection.name in names else ():
                    table.drop(connection, checkfirst=True)
                    renamed = f"alter table {self.place(table).name} rename to {table.name}"
                    connection.exec_driver_sql(renamed)
            connection.execute(update(projected).values(swaps=projected.c.swaps + 1))
            if {*names} == EVERYTHING:
                connection.execute(update(projected).values(layout=LAYOUT))
        return until

    def drop(self) -> None:
        """Leave nothing behind."""
        with writing(self.ledger.engine) as connection:
            self._metadata.drop_all(connection)

    def assert_ours(self, connection: Connection) -> None:
        """Raise Displaced if the tables are gone."""
        if not inspect(connection).has_table(next(iter(self._tables.values())).name):
            raise Displaced

    def _next(self, connection: Connection, records_max: int) -> tuple[list[Change], Position]:
        records = self.ledger.since(self.position, records_max)
        changed = applying.changes(
            connection, self.ledger, records, self.projections, self.place, decode_once
        )
        return changed, records[-1].position


def _beside(table: Table, metadata: MetaData, mark: str) -> Table:
    """Return the same table under another name, with indexes that keep theirs after the swap."""
    beside = table.to_metadata(metadata, name=f"{table.name}{mark}")
    for index in beside.indexes:
        index.name = quoted_name(f"{index.name}{mark}", quote=False)
    return beside


def _drop_leftovers(connection: Connection) -> None:
    """Drop what a killed rebuild has left behind, and whatever another is filling just now."""
    for name in inspect(connection).get_table_names():
        if MARK in name:
            Table(name, MetaData()).drop(connection)


def _all_to_ourselves(connection: Connection) -> bool:
    """Let no reader begin until the end of the transaction; False if one that began stays on.

    Whoever comes after us in PostgreSQL's queue for a lock waits for as long as we do.
    """
    if connection.dialect.name == "sqlite":
        return True
    connection.execute(text(f"set local lock_timeout = {LOCK_WAIT_MS}"))
    with connection.begin_nested() as tried:
        try:
            connection.execute(text("lock table projected in access exclusive mode"))
        except OperationalError:
            tried.rollback()
            return False
    connection.execute(text("set local lock_timeout = 0"))
    return True
