"""How long was each battery in stock where? What any past moment, and every book, is told from.

A row is an interval in stock during which nothing that a stock list shows has changed. It is known
from a position of the ledger on, its end from a later one; a row that a late fact or a correction
has overtaken is known up to a position, and stays. So the same rows also tell what was known when.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from operator import itemgetter
from typing import Any

from sqlalchemy import Column, ColumnElement, Connection, Index, Table, and_, func, or_, select

from custody.events import Movement
from custody.events.journey import Step
from custody.events.whereabouts import Whereabouts
from custody.projections.projection import Batch, Change, Turn
from custody.projections.tables import Row, metadata, number, text
from custody.terms import Millis, Position

stay = Table(
    "stay",
    metadata,
    text("battery", key=True),
    text("began_by", key=True),
    number("known_from", key=True),
    number("known_to", null=True),
    text("site"),
    number("since"),
    number("until", null=True),
    text("ended_by", null=True),
    # What the end is known from; the row itself may have been known for long by then.
    number("end_known_from", null=True),
    # The type of movement that began or ended it; "adjusted" where it stood there before, or after.
    text("came"),
    text("went", null=True),
    text("storage_class", null=True),
    text("chemistry"),
    text("grade", null=True),
    number("mass_g", null=True),
    Index("stay_by_site", "site", "since"),
)

ADJUSTED = "adjusted"
_CELL = ("site", "storage_class", "chemistry", "grade", "mass_g")
_cell = itemgetter(*_CELL)
_BEGINNING = ("began_by", "since", "came", *_CELL)


class Stays:
    """A row for each interval in stock, and for each that we once believed in."""

    name = "stays"
    tables = (stay,)

    def wants(self, batch: Batch) -> tuple[Column[str], Collection[str]]:
        """The intervals of batteries that were in stock, or are told anew."""
        return stay.c.battery, [turn.ref for turn in batch.turns.values() if _may_have_rows(turn)]

    def changes(self, batch: Batch, rows: Sequence[Row]) -> list[Change]:
        """End the interval that was open and begin those that follow; or revise what was told."""
        known: dict[str, list[Row]] = defaultdict(list)
        for row in rows:
            if row["known_to"] is None:
                known[row["battery"]].append(row)
        written: list[Row] = []
        for turn in batch.turns.values():
            told = known.get(turn.ref, ())
            written += revised(turn, told) if turn.whole else added(turn, told)
        return [Change(stay, written)]


def added(turn: Turn, known: Sequence[Row]) -> Iterable[Row]:
    """Return the interval that further steps end, and those that they begin."""
    still_open = next((row for row in known if row["until"] is None), None)
    steps = [(position, step) for position, journey in turn.revisions for step in journey]
    return [row for row in intervals(turn.ref, steps, still_open) if row is not still_open]


def revised(turn: Turn, known: Sequence[Row]) -> Iterable[Row]:
    """Return the intervals that each revision of a whole journey brings, ends or overtakes."""
    believed = {_beginning(row): row for row in known}
    written: dict[tuple[str, Position], Row] = {}

    def write(row: Row) -> Row:
        written[row["began_by"], row["known_from"]] = row
        return row

    for position, journey in turn.revisions:
        steps = ((position, step) for step in journey)
        told = {_beginning(row): row for row in intervals(turn.ref, steps)}
        for beginning in believed.keys() - told.keys():
            write({**believed.pop(beginning), "known_to": position})
        for beginning, row in told.items():
            old = believed.get(beginning)
            if old is not None and _end(old) == _end(row):
                continue
            known_from = position
            if old is not None and old["until"] is None:
                known_from = old["known_from"]  # it goes on being known, and ends
            elif old is not None:
                write({**old, "known_to": position})
            believed[beginning] = write({**row, "known_from": known_from})
    return written.values()


def intervals(
    ref: str, steps: Iterable[tuple[Position, Step]], current: Row | None = None
) -> Iterator[Row]:
    """Return the intervals that steps end and begin, the one still open last.

    `current`: the one that was open before them.
    """
    open_before = current
    for position, (fact, believed) in steps:
        stands = believed["state"] == "in_stock"
        if current and stands and _cell(current) == _cell(believed):
            continue
        came = went = fact.type
        if current:
            if stands and believed["site"] == current["site"]:
                came = went = ADJUSTED
            if current is open_before:
                current = dict(current)  # the asker's own
            current["until"], current["ended_by"] = fact.at, fact.id
            current["went"], current["end_known_from"] = went, position
            yield current
        current = _interval(ref, fact, believed, position, came) if stands else None
    if current:
        yield current


def stock_as_of(
    connection: Connection, site: str, at: Millis, known: Position | None = None
) -> list[Row]:
    """Return what a site held at an instant: pieces and grams by chemistry, grade and class.

    `known`: as the ledger had it up to a position; by default as it has it now.
    """
    cell = (stay.c.chemistry, stay.c.grade, stay.c.storage_class)
    asked = (
        select(
            *cell,
            func.count().label("pieces"),
            func.coalesce(func.sum(stay.c.mass_g), 0).label("mass_g"),
            func.count().filter(stay.c.mass_g.is_(None)).label("mass_unknown_pieces"),
        )
        .where(stay.c.site == site, *in_stock_at(at, known))
        .group_by(*cell)
        .order_by(*cell)
    )
    return [
        {**row, "state": "in_stock", "mass_g": int(row["mass_g"])}
        for row in connection.execute(asked).mappings()
    ]


def in_stock_at(at: Millis, known: Position | None) -> Iterator[ColumnElement[bool]]:
    """Say of which rows an instant is part, as the ledger had it up to a position."""
    yield believed_at(known)
    yield stay.c.since <= at
    yield or_(stay.c.until > at, ends_unknown(known))


def believed_at(known: Position | None) -> ColumnElement[bool]:
    """Say which rows were believed in when the ledger had come to a position."""
    if known is None:
        return stay.c.known_to.is_(None)
    return and_(stay.c.known_from <= known, or_(stay.c.known_to.is_(None), stay.c.known_to > known))


def ends_unknown(known: Position | None) -> ColumnElement[bool]:
    """Say which rows had no end when the ledger had come to a position."""
    if known is None:
        return stay.c.until.is_(None)
    return or_(stay.c.until.is_(None), stay.c.end_known_from > known)


def _may_have_rows(turn: Turn) -> bool:
    return turn.before is not None and (turn.whole or turn.before["state"] == "in_stock")


def _beginning(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in _BEGINNING)


def _end(row: Row) -> tuple[Any, ...]:
    return row["until"], row["ended_by"], row["went"]


def _interval(
    ref: str, fact: Movement, believed: Whereabouts, position: Position, came: str
) -> Row:
    return {
        "battery": ref,
        "began_by": fact.id,
        "known_from": position,
        "known_to": None,
        "site": believed["site"],
        "since": fact.at,
        "until": None,
        "ended_by": None,
        "end_known_from": None,
        "came": came,
        "went": None,
        "storage_class": believed["storage_class"],
        "chemistry": believed["chemistry"],
        "grade": believed["grade"],
        "mass_g": believed["mass_g"],
    }
