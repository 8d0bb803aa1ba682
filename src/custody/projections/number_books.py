"""Which books of numbers did each site get?"""

from collections.abc import Sequence

from sqlalchemy import Connection, Index, Table, select

from custody.access import EVERYTHING, Scope
from custody.events import NumbersIssued
from custody.projections.projection import Batch, Change
from custody.projections.tables import Row, metadata, number, text
from custody.projections.territory import within

number_book = Table(
    "number_book",
    metadata,
    text("id", key=True),
    text("kind"),
    text("site"),
    text("terminal", null=True),
    text("day"),
    number("pieces"),
    text("first_code"),
    text("last_code"),
    Index("number_book_by_site", "site", "id"),
)


class NumberBooks:
    """One row a book; none is ever taken back."""

    name = "number_books"
    tables = (number_book,)

    def wants(self, batch: Batch) -> None:
        """Nothing: a book is complete in itself."""

    def changes(self, batch: Batch, rows: Sequence[Row]) -> list[Change]:
        """Add each book."""
        return [Change(number_book, [_row(fact) for fact in batch.issues])]


def listing(
    connection: Connection,
    *,
    site: str | None = None,
    scope: Scope = EVERYTHING,
    after: str | None = None,
    limit: int,
) -> list[Row]:
    """Return the books of a site, or of all of a scope, by id: as they were asked for."""
    asked = select(number_book).order_by(number_book.c.id).limit(limit)
    if site is not None:
        asked = asked.where(number_book.c.site == site)
    if not scope.everything:
        asked = asked.where(within(scope, number_book.c.site))
    if after is not None:
        asked = asked.where(number_book.c.id > after)
    return [dict(row) for row in connection.execute(asked).mappings()]


def _row(fact: NumbersIssued) -> Row:
    first, last = fact.codes(0, 1), fact.codes(fact.count - 1, fact.count)
    return {
        "id": fact.id,
        "kind": fact.kind,
        "site": fact.site,
        "terminal": fact.terminal,
        "day": fact.day,
        "pieces": fact.count,
        "first_code": first[0],
        "last_code": last[0],
    }
