"""Which events does a query find, when it asks for what stands in no index as such?

A pattern of EPCs is a range of the index: where few events lie in it, these are looked up. Where
many do, events are looked at in their order, so many for a page and no more; a page may then have
fewer than were asked for, or none, and still lead on to the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from json import loads
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, select, union_all

from custody.access import Scope
from custody.epcis.context import Context
from custody.epcis.event import Event
from custody.exchange import answering
from custody.exchange.answering import RARE_MAX, Found, Key, key_of
from custody.exchange.conditions import Among, Asked, Matching
from custody.exchange.tables import trait
from custody.exchange.traits import CLASS_ROLES, ROLES
from custody.terms import Position, Refused

LOOKED_AT_MAX: Final = 10_000
"""Events that are looked at for a page, one by one, where no index tells which are asked for."""

AT_ONCE_MIN: Final = 100
AT_ONCE_MAX: Final = 1_000
"""Events read at once to be looked at."""


class Page(NamedTuple):
    """Events of a query, and behind what the next page begins, if there may be one."""

    shown: Sequence[Found]
    onward: Key | None


def page(
    connection: Connection,
    asked: Asked,
    scope: Scope,
    until: Position,
    after: Key | None,
    size: int,
) -> Page:
    """Return the next events of a query, of those that the index knew of at a position."""
    asked, common = _looked_up(connection, asked)
    if common:
        return _looked_at(connection, asked, scope, until, after, size, common)
    rows = answering.page(connection, asked, scope, until, after, size + 1)
    return _cut(rows, size)


def count(connection: Connection, asked: Asked, scope: Scope, until: Position, at_most: int) -> int:
    """Count the events of a query, but no further than one more than so many.

    Raises Refused where that would take looking at too many.
    """
    asked, common = _looked_up(connection, asked)
    if not common:
        return answering.count(connection, asked, scope, until, at_most)
    found = _looked_at(connection, asked, scope, until, None, at_most, common)
    if found.onward is None:
        return len(found.shown)
    if len(found.shown) < at_most:
        raise Refused("epcis_query_too_large", max=at_most)
    return at_most + 1


def _cut(rows: Sequence[Found], size: int) -> Page:
    shown = rows[:size]
    return Page(shown, key_of(shown[-1]) if len(rows) > size else None)


def _looked_up(connection: Connection, asked: Asked) -> tuple[Asked, list[Matching]]:
    """Put the events of rare patterns in their place; return the patterns that are not rare."""
    conditions, common = list(asked.conditions), list[Matching]()
    for one in asked.conditions:
        if isinstance(one, Matching):
            conditions.remove(one)
            places = connection.scalars(_places(one)).all()
            if len(places) > RARE_MAX:
                common.append(one)
            else:
                conditions.append(Among(frozenset(places)))
    return replace(asked, conditions=tuple(conditions)), common


def _places(one: Matching) -> Select[Any]:
    """Name the events with a value in one of some ranges, but not many more than are rare."""
    of_name = select(trait.c.place).where(trait.c.name == one.name)
    each = [of_name.where(trait.c.value.in_(one.values))] if one.values else []
    each += [
        of_name.where(
            trait.c.value >= range_.low,
            trait.c.value < range_.high,
            trait.c.value.like(range_.form),
        )
        for range_ in one.ranges
    ]
    every = union_all(*each).subquery()
    return select(every.c.place).limit(RARE_MAX + 1)


def _looked_at(
    connection: Connection,
    asked: Asked,
    scope: Scope,
    until: Position,
    after: Key | None,
    size: int,
    common: Sequence[Matching],
) -> Page:
    """Look at one event after another, until there are enough or it would take too long."""
    found: list[Found] = []
    looked_at, at_once = 0, max(AT_ONCE_MIN, min(size + 1, AT_ONCE_MAX))
    while looked_at < LOOKED_AT_MAX:
        rows = answering.page(connection, asked, scope, until, after, at_once)
        found += [one for one in rows if all(_has(one, each) for each in common)]
        if len(found) > size or len(rows) < at_once:
            return _cut(found, size)
        looked_at += len(rows)
        after, at_once = key_of(rows[-1]), min(2 * at_once, AT_ONCE_MAX)
    return Page(found, after)


def _has(found: Found, one: Matching) -> bool:
    """Tell whether an event names what a pattern stands for."""
    return any(
        value in one.values or any(range_.has(value) for range_ in one.ranges)
        for value in _named(found, one.name)
    )


def _named(found: Found, name: str) -> Iterator[str]:
    """Yield what an event names in a role of a query."""
    event = Event(loads(found.said), Context([]))
    for epc in event.epcs:
        if name in (ROLES[epc.role], "anyEPC"):
            yield epc.canonical
    for each in event.classes:
        if name in (CLASS_ROLES[each.role], "anyEPCClass"):
            yield each.canonical
