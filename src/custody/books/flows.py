"""What came into a site's stock and what left it, and is that in, out, or an adjustment?

All of it is told from the stays: each begins once and may end once, so what a stretch of time
begins with, plus what begins in it, less what ends in it, is what it ends with: exactly, in pieces
and in grams, whatever was recorded and whenever.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Literal

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal_column,
    or_,
    select,
    tuple_,
    union_all,
)

from custody.books.asking import Asked, Span, beginning, day
from custody.events import Movement
from custody.events.fact import type_ranks
from custody.projections.stays import believed_at, stay
from custody.projections.tables import Row
from custody.terms import DAY, Millis

Kind = Literal["in", "out", "adjustments"]

IN = frozenset({"drop_off", "tag", "receive", "dismantle", "second_life"})
"""By what a piece comes in. The last two: a part of a pack, or what became of one, begins here."""

OUT = frozenset({"dispatch", "dismantle", "recover", "second_life", "dispose"})
"""By what it goes out. Whatever else begins or ends a stay adjusts the book: a count, a loss, a
find, a new mass or class, or a site that handles what the book had elsewhere."""

Place = tuple[Millis, int, str]
"""Where a line stands, as facts are ordered: `occurred_at`, rank of type, movement."""

COUNTS = ("pieces", "mass_g", "mass_unknown_pieces")


def kind_of(sign: int, type_: str) -> Kind:
    """Say in which book the beginning (+1) or end (−1) of a stay stands."""
    if sign > 0:
        return "in" if type_ in IN else "adjustments"
    return "out" if type_ in OUT else "adjustments"


def by_day(connection: Connection, asked: Asked) -> list[Row]:
    """Return how much began (+) and ended (−) each day, by type, chemistry and class."""
    flow = _flow(asked)
    number = ((flow.c.at - beginning(0)) // DAY).label("day")
    cell = (number, flow.c.sign, flow.c.type, flow.c.chemistry, flow.c.storage_class)
    return _summed(connection, select(*cell, *_sums(flow)).group_by(*cell))


def totals(connection: Connection, asked: Asked, kind: Kind) -> Row:
    """Return how much one of the books has in all; adjustments with their signs."""
    flow = _flow(asked)
    sums = _sums(flow, signed=kind == "adjustments")
    (row,) = _summed(connection, select(*sums).where(_is(flow, kind)))
    return row


def count(connection: Connection, asked: Asked, kind: Kind) -> int:
    """Return how many lines one of the books has."""
    flow = _flow(asked)
    return int(connection.execute(select(func.count()).where(_is(flow, kind))).scalar_one())


def lines(
    connection: Connection, asked: Asked, kind: Kind, after: Place | None, skip: int, limit: int
) -> list[Row]:
    """Return lines of one of the books in effective order, so many past a place."""
    flow = _flow(asked, None if after is None else after[0])
    place = (flow.c.at, flow.c.rank, flow.c.movement)
    wanted = select(flow).where(_is(flow, kind))
    if after is not None:
        wanted = wanted.where(tuple_(*place) >= after)
    wanted = wanted.order_by(*place, flow.c.sign, flow.c.battery).offset(skip).limit(limit)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def by_movement(connection: Connection, asked: Asked, facts: Sequence[Movement]) -> dict[str, Row]:
    """Return how much each of some movements brought in or took out."""
    flow = _flow(_while(asked, facts))
    grouped = (
        select(flow.c.movement, *_sums(flow, signed=False))
        .where(flow.c.movement.in_([fact.id for fact in facts]))
        .group_by(flow.c.movement)
    )
    return {row["movement"]: row for row in _summed(connection, grouped)}


def ended(
    connection: Connection, asked: Asked, type_: str, facts: Sequence[Movement] = ()
) -> list[Row]:
    """Return the batteries whose stay a type of movement ended: what they were, and by which.

    `facts`: so far as they ended while these happened.
    """
    flow = _flow(_while(asked, facts) if facts else asked)
    wanted = select(flow.c.movement, flow.c.battery, flow.c.chemistry, flow.c.mass_g)
    wanted = wanted.where(flow.c.sign < 0, flow.c.type == type_)
    return [dict(row) for row in connection.execute(wanted).mappings()]


def days(asked: Asked) -> range:
    """Return the days that a stretch of time touches."""
    return range(day(asked.span.first), day(asked.span.end - 1) + 1)


def _while(asked: Asked, facts: Sequence[Movement]) -> Asked:
    """Narrow what is asked to the time in which some movements happened."""
    instants = [fact.at for fact in facts] or [asked.span.first]
    return replace(asked, span=Span(min(instants), max(instants) + 1))


def _flow(asked: Asked, since: Millis | None = None) -> Subquery:
    """Return every beginning and end of a stay at the site in the stretch, as known then."""
    first = asked.span.first if since is None else since
    begun = _arm(stay.c.since, stay.c.began_by, stay.c.came, "1").where(
        *_within(asked, stay.c.since, first)
    )
    ended = _arm(stay.c.until, stay.c.ended_by, stay.c.went, "-1").where(
        *_within(asked, stay.c.until, first), stay.c.end_known_from <= asked.known
    )
    return union_all(begun, ended).subquery("flow")


def _arm(
    at: ColumnElement[Any], movement: ColumnElement[Any], type_: ColumnElement[Any], sign: str
) -> Select[Any]:
    return select(
        at.label("at"),
        case(type_ranks, value=type_, else_=-1).label("rank"),
        movement.label("movement"),
        literal_column(sign, Integer).label("sign"),
        type_.label("type"),
        stay.c.battery,
        stay.c.chemistry,
        stay.c.storage_class,
        stay.c.grade,
        stay.c.mass_g,
    )


def _within(asked: Asked, at: ColumnElement[Any], first: Millis) -> Iterator[ColumnElement[bool]]:
    yield stay.c.site == asked.site
    yield believed_at(asked.known)
    yield at >= first
    yield at < asked.span.end


def _is(flow: Subquery, kind: Kind) -> ColumnElement[bool]:
    comes = and_(flow.c.sign > 0, flow.c.type.in_(sorted(IN)))
    goes = and_(flow.c.sign < 0, flow.c.type.in_(sorted(OUT)))
    if kind == "in":
        return comes
    return goes if kind == "out" else ~or_(comes, goes)


def _sums(flow: Subquery, *, signed: bool = True) -> tuple[ColumnElement[Any], ...]:
    """Return the three counts, with their signs or without."""
    sign = flow.c.sign if signed else literal_column("1", Integer)
    unknown = case((flow.c.mass_g.is_(None), 1), else_=0)
    counted = (sign, sign * flow.c.mass_g, sign * unknown)
    return tuple(
        func.coalesce(func.sum(one), 0).label(name)
        for name, one in zip(COUNTS, counted, strict=True)
    )


def _summed(connection: Connection, asked: Select[Any]) -> list[Row]:
    return [
        {name: int(value) if name in COUNTS else value for name, value in row.items()}
        for row in connection.execute(asked).mappings()
    ]
