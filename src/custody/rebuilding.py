"""Are the projections what the ledger says? Built anew beside the live ones, they show it."""

from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from hashlib import sha256
from json import dumps
from uuid import uuid4

from sqlalchemy import Connection, MetaData, Table, select, text, update
from sqlalchemy.sql import quoted_name

from custody.ledger import Ledger, writing
from custody.projections import ALL, LAYOUT, applying
from custody.projections.freshness import reached, snapshot
from custody.projections.projection import Projection
from custody.projections.tables import projected
from custody.terms import Position

RECORDS_MAX = 10_000
"""Records a transaction of a rebuild: nobody waits for it, so it may write more at once."""

ROWS_AT_ONCE = 10_000

Progress = Callable[[Position, Position], None]
"""Hears how far it has come, and how far it will go."""


@dataclass(frozen=True, slots=True)
class Comparison:
    """A projection as it is and as the ledger says, both at one position."""

    name: str
    live: str
    rebuilt: str

    @property
    def equal(self) -> bool:
        """Whether they agree to the byte."""
        return self.live == self.rebuilt


class Shadow:
    """Empty tables beside the live ones, to be filled from the ledger."""

    def __init__(
        self,
        ledger: Ledger,
        projections: Iterable[Projection] = ALL,
        records_max: int = RECORDS_MAX,
    ) -> None:
        self._ledger = ledger
        self._projections = tuple(projections)
        self._records_max = records_max
        self._metadata = MetaData()
        self._tables = {
            table.name: _beside(table, self._metadata)
            for projection in self._projections
            for table in projection.tables
        }
        self.position: Position = 0
        with writing(ledger.engine) as connection:
            self._metadata.drop_all(connection)  # what a killed rebuild has left
            self._metadata.create_all(connection)

    def place(self, table: Table) -> Table:
        """Return the table that stands for a live one."""
        return self._tables[table.name]

    def fill(self, until: Position, progress: Progress) -> None:
        """Project the ledger up to a position, many records at once."""
        while self.position < until:
            with writing(self._ledger.engine) as connection:
                self._step(connection, min(self._records_max, until - self.position))
            progress(self.position, until)

    def compare(self, connection: Connection) -> list[Comparison]:
        """Compare with the live tables, as the connection sees them."""
        with self._ledger.engine.connect() as own:
            return [
                Comparison(
                    projection.name,
                    checksum(connection, projection.tables),
                    checksum(own, [self.place(table) for table in projection.tables]),
                )
                for projection in self._projections
            ]

    def swap(self, names: Collection[str]) -> Position:
        """Put the named projections in the place of the live ones; readers see one or the other."""
        with writing(self._ledger.engine) as connection:
            if connection.dialect.name == "postgresql":
                connection.execute(text("lock table projected in access exclusive mode"))
            until = int(connection.scalars(select(projected.c.position)).one())
            while self.position < until:
                self._step(connection, until - self.position)
            for projection in self._projections:
                for table in projection.tables if projection.name in names else ():
                    table.drop(connection)
                    renamed = f"alter table {self.place(table).name} rename to {table.name}"
                    connection.exec_driver_sql(renamed)
            if names == {projection.name for projection in ALL}:
                connection.execute(update(projected).values(layout=LAYOUT))
        return until

    def drop(self) -> None:
        """Leave nothing behind."""
        with writing(self._ledger.engine) as connection:
            self._metadata.drop_all(connection)

    def _step(self, connection: Connection, records_max: int) -> None:
        records = self._ledger.since(self.position, records_max)
        changed = applying.changes(connection, self._ledger, records, self._projections, self.place)
        applying.write(connection, changed, self.place)
        self.position = records[-1].position


def rebuild(ledger: Ledger, names: Collection[str], progress: Progress) -> Position:
    """Build projections anew and swap them in; return the position they reflect."""
    shadow = Shadow(ledger)
    try:
        # The ledger grows meanwhile: run after it until what is left fits into the swap.
        while (until := reached(ledger.engine)) - shadow.position > RECORDS_MAX // 10:
            shadow.fill(until, progress)
        return shadow.swap(names)
    finally:
        shadow.drop()


def verify(ledger: Ledger, progress: Progress) -> list[Comparison]:
    """Build every projection anew and compare it with the live one; nothing is swapped."""
    shadow = Shadow(ledger)
    try:
        with snapshot(ledger.engine) as (connection, position):
            shadow.fill(position, progress)
            return shadow.compare(connection)
    finally:
        shadow.drop()


def checksum(connection: Connection, tables: Iterable[Table]) -> str:
    """Return the SHA-256 over all rows of some tables, in the order of their keys."""
    digest = sha256()
    for table in tables:
        rows = connection.execute(
            select(table).order_by(*table.primary_key.columns),
            execution_options={"yield_per": ROWS_AT_ONCE},
        )
        for row in rows:
            digest.update(dumps(list(row), ensure_ascii=False).encode())
            digest.update(b"\n")
    return digest.hexdigest()


def _beside(table: Table, metadata: MetaData) -> Table:
    """Return the same table under another name, with indexes that keep theirs after the swap."""
    shadow = table.to_metadata(metadata, name=f"{table.name}_next")
    for index in shadow.indexes:
        index.name = quoted_name(f"{index.name}_{uuid4().hex[:8]}", quote=False)
    return shadow
