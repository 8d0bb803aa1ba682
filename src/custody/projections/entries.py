"""Which movements stand in a site's books, and when? One narrow row each, and what was known when.

Not those that only bring a battery in or move it (drop_off, tag, store): the stays tell these. A
row says what holds of the movement from a position of the ledger on: a void ends it, and a
correction that moves it to another time or site puts another row in its place. So the same rows
also tell what the books said when.
"""

from collections.abc import Collection, Iterator, Sequence
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, Table, case, func, select, tuple_

from custody.events import (
    Corrected,
    Dispatched,
    HandedOn,
    Movement,
    Received,
    StockTaken,
    TakingBack,
)
from custody.events.correction import TAKING_BACK
from custody.events.fact import type_ranks
from custody.projections import retelling
from custody.projections.projection import Batch, Change
from custody.projections.retelling import believed_at
from custody.projections.tables import Row, metadata, number, text
from custody.terms import Millis, Position

entry = Table(
    "entry",
    metadata,
    # The key is the order in which books are read, so that the table needs no index beside it.
    text("site", key=True),
    text("type", key=True),
    number("occurred_at", key=True),
    text("movement", key=True),
    number("known_from", key=True),
    number("known_to", null=True),
    # The consignment, the stock-take or the other movement that it is a part of.
    text("part_of", null=True),
    sqlite_with_rowid=False,
)

IN_BOOKS = (
    "inspect",
    "grade",
    "dispatch",
    "hand_on",
    "receive",
    "dismantle",
    "recover",
    "second_life",
    "dispose",
    "stock_take",
    "incident",
    "hold",
    "release_hold",
)
"""Types that are entered; those that take back are too, at every site that they change."""

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
        return [Change(entry, [*retelling.rows(batch, IN_BOOKS, _columns), *_taking_back(batch)])]


def listing(
    connection: Connection,
    site: str,
    types: Collection[str],
    span: tuple[Millis, Millis],
    *,
    known: Position,
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
    known: Position,
) -> int:
    """Return how many entries a site has in a span of time."""
    asked = select(func.count()).select_from(entry).where(*_asked(site, types, span, known))
    return int(connection.execute(asked).scalar_one())


def ids(
    connection: Connection,
    site: str,
    types: Collection[str],
    span: tuple[Millis, Millis],
    *,
    known: Position,
) -> set[str]:
    """Return the movements that a site has entries of in a span of time."""
    asked = select(entry.c.movement).where(*_asked(site, types, span, known))
    return set(connection.execute(asked).scalars())


def takes(
    connection: Connection, site: str, *, known: Position, skip: int = 0, limit: int
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
    )
    return _rows(connection, asked.offset(skip).limit(limit))


def of_take(connection: Connection, site: str, take: str, known: Position) -> list[str]:
    """Return the movements of one stock-take of a site, in effective order."""
    asked = select(entry.c.movement).where(
        entry.c.site == site,
        entry.c.type == "stock_take",
        entry.c.part_of == take,
        believed_at(entry, known),
    )
    found = connection.execute(asked.order_by(entry.c.occurred_at, entry.c.movement))
    return list(found.scalars())


def _asked(
    site: str, types: Collection[str], span: tuple[Millis, Millis], known: Position
) -> Iterator[ColumnElement[bool]]:
    yield entry.c.site == site
    yield entry.c.type.in_(sorted(types))
    yield entry.c.occurred_at >= span[0]
    yield entry.c.occurred_at < span[1]
    yield believed_at(entry, known)


def _taking_back(batch: Batch) -> Iterator[Row]:
    """Put what takes back into the books of every site that it changes, not its own alone."""
    for position, fact in batch.of_types(TAKING_BACK):
        if isinstance(fact, TakingBack):
            sites = {fact.site, *(one.site for _, one in batch.taken_back[fact.target][:1])}
            if isinstance(fact, Corrected):
                sites.add(fact.values.get("site", fact.site))
            for site in sorted(sites):
                yield {**_columns(fact), "site": site, "known_from": position, "known_to": None}


def _columns(fact: Movement) -> Row:
    return {
        "movement": fact.id,
        "site": fact.site,
        "type": fact.type,
        "occurred_at": fact.at,
        "part_of": _part_of(fact),
    }


def _part_of(fact: Movement) -> str | None:
    if fact.type == "inspect":
        return None  # nothing is entered more often
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
