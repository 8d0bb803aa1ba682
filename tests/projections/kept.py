"""What do the projections hold after some facts? Their tables as dictionaries, with no database."""

from collections.abc import Collection, Mapping, Sequence
from typing import Any, Self

from sqlalchemy import Column, Table

from custody.events import Fact, Movement
from custody.ledger import Record
from custody.projections import ALL
from custody.projections.carriage import vouching
from custody.projections.consignments import consignment
from custody.projections.location import location
from custody.projections.projection import Batch, Change
from custody.projections.stays import stay
from custody.projections.tables import Row
from custody.projections.turning import batch, touched
from custody.terms import Subject
from tests.given import data
from tests.known import noted

Key = tuple[Any, ...]


class Kept:
    """Every projection, kept up with facts that are heard batch by batch."""

    def __init__(self, *facts: Fact) -> None:
        self._facts: list[Fact] = []
        self._records: list[Record] = []
        self._tables: dict[str, dict[Key, Row]] = {
            table.name: {} for projection in ALL for table in projection.tables
        }
        self.hear(*facts)

    def hear(self, *facts: Fact) -> Self:
        """Project some more facts, all in one batch."""
        if not facts:
            return self
        known = len(self._facts)
        self._facts += facts
        self._records = records(self._facts)
        found = touched(self._records[known:])
        for row in self.rows(vouching):
            if row["site"] in found.sites_registered():
                found.tell_again(row["consignment"])
        consignments = {row["no"] for row in self.rows(consignment)}
        happened = batch(found, self._batteries, consignments, self._histories)
        # All are asked before anything is written, as the projector does it.
        for change in [one for projection in ALL for one in self._changes(projection, happened)]:
            self._write(change)
        return self

    def each(self, *facts: Fact) -> Self:
        """Project some more facts, one at a time."""
        for fact in facts:
            self.hear(fact)
        return self

    def rows(self, table: Table) -> list[Row]:
        """Return the rows of a table, in the order of their keys."""
        return [row for _, row in sorted(self._tables[table.name].items())]

    def row(self, table: Table, *key: Any) -> Row:
        """Return the row that has a key."""
        return self._tables[table.name][key]

    def everything(self) -> dict[str, list[Row]]:
        """Return the rows of every table."""
        tables = (table for projection in ALL for table in projection.tables)
        return {table.name: self.rows(table) for table in tables}

    def stays(self) -> list[Row]:
        """Return the intervals in stock that are believed in now, in their order."""
        believed = [row for row in self.rows(stay) if row["known_to"] is None]
        return sorted(believed, key=lambda row: (row["battery"], row["since"], row["known_from"]))

    def _batteries(self, refs: Collection[str]) -> list[Row]:
        return [row for row in self.rows(location) if row["ref"] in refs]

    def _histories(self, subjects: Collection[Subject]) -> list[Record]:
        asked = {*subjects}
        return [record for record in self._records if asked & {*record.subjects}]

    def _changes(self, projection: Any, happened: Batch) -> Sequence[Change]:
        wanted: tuple[Column[str], Collection[str]] | None = projection.wants(happened)
        rows: list[Row] = []
        if wanted is not None:
            column, values = wanted
            known = self._tables[str(column.table)].values()
            rows = [dict(row) for row in known if row[column.name] in values]
        changed: Sequence[Change] = projection.changes(happened, rows)
        return changed

    def _write(self, change: Change) -> None:
        rows = self._tables[change.table.name]
        if change.clear is not None:
            column, values = change.clear
            for key in [key for key, row in rows.items() if row[column] in values]:
                del rows[key]
        keys = [column.name for column in change.table.primary_key]
        written = {tuple(row[name] for name in keys): row for row in change.rows}
        assert len(written) == len(change.rows), "a change writes a row once"
        for row in change.rows:
            assert row.keys() == {*change.table.columns.keys()}, "a row fills its table"
        rows |= written


KNOWN = {"known_from", "end_known_from", "known_to"}
"""Positions of the ledger from which a row was believed, or no longer."""


def as_believed(tables: Mapping[str, Sequence[Row]]) -> dict[str, list[Row]]:
    """Leave out what hangs on the order of arrival: positions, and what was believed before."""
    believed: dict[str, list[Row]] = {}
    for name, rows in tables.items():
        now = [row for row in rows if row.get("known_to") is None]
        timeless = [{name: row[name] for name in row.keys() - KNOWN} for row in now]
        believed[name] = sorted(timeless, key=lambda row: str(sorted(row.items())))
    return believed


def records(facts: Sequence[Fact]) -> list[Record]:
    """Return facts as the ledger would hold them, had they come in this order."""
    movements = noted(*(fact for fact in facts if isinstance(fact, Movement)))
    subjects = {one.fact.id: one.subjects for one in movements}
    return [
        Record(
            fact.type,
            fact.version,
            data(fact),
            subjects[fact.id] if isinstance(fact, Movement) else fact.subjects(),
            None,
            None,
            None,
            position,
            position,
            bytes(32),
        )
        for position, fact in enumerate(facts, 1)
    ]
