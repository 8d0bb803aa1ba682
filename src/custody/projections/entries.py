"""Which movements stand in a site's books, and when? One narrow row each, and what was known when.

Not those that only bring a battery in or move it (drop_off, tag, store): the stays tell these. A
row says what holds of the movement from a position of the ledger on: a void ends it, and a
correction that moves it to another time or site puts another row in its place. So the same rows
also tell what the books said when.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Index, Select, Table, case, func, select, tuple_

from custody.events import Dispatched, HandedOn, Movement, Received, StockTaken, TakingBack
from custody.events.fact import type_ranks
from custody.projections import retelling
from custody.projections.projection import Batch, Change
from custody.projections.retelling import believed_at
from custody.projections.tables import Row, metadata, number, text
from custody.terms import Millis, Position

entry = Table(
    "entry",
    metadata,
    text("movement", key=True),
    number("known_from", key=True),
    number("known_to", null=True),
    text("site"),
    text("type"),
    number("occurred_at"),
    # The consignment, the stock-take or the other movement that it is a part of.
    text("part_of", null=True),
    Index("entry_by_site", "site", "type", "occurred_at"),
)

ABSENT = frozenset({"drop_off", "tag", "store"})
"""Types that stand in no book but those told from the stays."""

Place = tuple[Millis, int, str]
"""Where an entry stands in a book, as facts are ordered: `occurred_at`, rank of type, id."""

_rank = case(type_ranks, value=entry.c.type)


class Entries:
    """A row for each movement, and for each time and site that we once believed it had."""

    name = "entries"
    tables = (entry,)

    def wants(self, batch: Batch) -> None:
        """Nothing: the batch has all facts about the movements that it takes back."""

    def changes(self, batch: Batch, rows: Sequence[Row]) -> list[Change]:
        """Add each movement; retell those that were taken back."""
        return [Change(entry, list(retelling.rows(batch, _row)))]


def listing(
    connection: Connection,
    site: str,
    types: Collection[str],
    span: tuple[Millis, Millis],
    *,
    known: Position | None = None,
    after: Place | None = None,
    limit: int,
) -> list[Row]:
    """Return the entries of a site in a span of time, in effective order."""
    asked = select(entry).where(*_asked(site, types, span, known))
    if after is not None:
        asked = asked.where(tuple_(entry.c.occurred_at, _rank, entry.c.movement) > after)
    asked = asked.order_by(entry.c.occurred_at, _rank, entry.c.movement).limit(limit)
    return _rows(connection, asked)


def count(
    connection: Connection,
    site: str,
    types: Collection[str],
    span: tuple[Millis, Millis],
    known: Position | None = None,
) -> int:
    """Return how many entries a site has in a span of time."""
    asked = select(func.count()).select_from(entry).where(*_asked(site, types, span, known))
    return int(connection.execute(asked).scalar_one())


def takes(
    connection: Connection,
    site: str,
    *,
    known: Position | None = None,
    before: tuple[Millis, str] | None = None,
    limit: int,
) -> list[Row]:
    """Return the stock-takes of a site, the last one first: when each began and ended."""
    begun_at = func.min(entry.c.occurred_at).label("begun_at")
    asked = (
        select(
            entry.c.part_of.label("take"),
            begun_at,
            func.max(entry.c.occurred_at).label("ended_at"),
            func.count().label("movements"),
        )
        .where(entry.c.site == site, entry.c.type == "stock_take", believed_at(entry, known))
        .group_by(entry.c.part_of)
        .order_by(begun_at.desc(), entry.c.part_of.desc())
        .limit(limit)
    )
    if before is not None:
        asked = asked.having(tuple_(begun_at, entry.c.part_of) < before)
    return _rows(connection, asked)


def of_take(
    connection: Connection, site: str, take: str, known: Position | None = None
) -> list[Row]:
    """Return the entries of one stock-take of a site, in effective order."""
    asked = select(entry).where(
        entry.c.site == site,
        entry.c.type == "stock_take",
        entry.c.part_of == take,
        believed_at(entry, known),
    )
    return _rows(connection, asked.order_by(entry.c.occurred_at, entry.c.movement))


def _asked(
    site: str, types: Collection[str], span: tuple[Millis, Millis], known: Position | None
) -> Iterator[ColumnElement[bool]]:
    yield entry.c.site == site
    yield entry.c.type.in_(sorted(types))
    yield entry.c.occurred_at >= span[0]
    yield entry.c.occurred_at < span[1]
    yield believed_at(entry, known)


def _row(fact: Movement) -> Row | None:
    if fact.type in ABSENT:
        return None
    return {
        "movement": fact.id,
        "site": fact.site,
        "type": fact.type,
        "occurred_at": fact.at,
        "part_of": _part_of(fact),
    }


def _part_of(fact: Movement) -> str | None:
    match fact:
        case Dispatched() | HandedOn() | Received():
            return fact.consignment
        case StockTaken():
            return fact.name
        case TakingBack():
            return fact.target
    return None


def _rows(connection: Connection, asked: Select[Any]) -> list[Row]:
    return [dict(row) for row in connection.execute(asked).mappings()]
