"""Which events does a query find, when it asks for what stands in no index as such?

Few events that match a pattern of EPCs, and few places that master data describe as asked, are
looked up. Where there are many, events are looked at in their order, so many for a page and no
more; a page may then have fewer than were asked for, or none, and still lead on to the next.
"""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Select, select, union_all

from custody.access import Scope
from custody.exchange import answering, having
from custody.exchange.answering import RARE_MAX, Found
from custody.exchange.conditions import Among, AnyOf, Asked, Condition, Described, Matching, OfField
from custody.exchange.described import ELEMENTS_MAX, described, with_descendants
from custody.exchange.ordering import Key
from custody.exchange.tables import trait, value
from custody.exchange.traits import named, standing
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
    asked, common = _looked_up(connection, asked, scope, until)
    if common:
        return _looked_at(connection, asked, scope, until, after, size, common)
    rows = answering.page(connection, asked, scope, until, after, size + 1)
    return _cut(rows, size)


def count(connection: Connection, asked: Asked, scope: Scope, until: Position, at_most: int) -> int:
    """Count the events of a query, but no further than one more than so many.

    Raises Refused where that would take looking at too many.
    """
    asked, common = _looked_up(connection, asked, scope, until)
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
    return Page(shown, shown[-1].key if len(rows) > size else None)


def _looked_up(
    connection: Connection, asked: Asked, scope: Scope, until: Position
) -> tuple[Asked, list[Condition]]:
    """Put what is rare in the place of what asks for it; return what is not rare."""
    found, common = list[Condition](), list[Condition]()
    for one in asked.conditions:
        told, is_rare = _as_looked_up(connection, one, scope, until)
        (found if is_rare else common).append(told)
    return replace(asked, conditions=tuple(found)), common


def _as_looked_up(
    connection: Connection, one: Condition, scope: Scope, until: Position
) -> tuple[Condition, bool]:
    """Put what is found by the index in the place of a condition; False if that is too much."""
    match one:
        case Matching():
            places = connection.scalars(_places(one)).all()
            rare = len(places) <= RARE_MAX
            return (Among(frozenset(places)) if rare else one), rare
        case Described(name, attributes, values):
            which = described(connection, attributes, values, scope, until)
            rare = len(which) <= ELEMENTS_MAX
            return (AnyOf(name, tuple(sorted(which))) if rare else one), rare
        case AnyOf(name, values, within=True):
            which = with_descendants(connection, values, scope, until)
            lying = AnyOf(name, tuple(sorted(which)), within=True)
            return lying, not having.are_many(connection, lying)
    return one, True


def _places(one: Matching) -> Select[Any]:
    """Name the events with a value in one of some ranges, but not many more than are rare."""
    name, role = standing(one.name)
    of_name = select(trait.c.place).join(value, value.c.number == trait.c.number)
    of_name = of_name.where(value.c.name == name)
    if role is not None:
        of_name = of_name.where(trait.c.role == role)
    each = [of_name.where(value.c.value.in_(one.values))] if one.values else []
    each += [
        of_name.where(
            value.c.value >= range_.low,
            value.c.value < range_.high,
            value.c.value.like(range_.form),
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
    common: Sequence[Condition],
) -> Page:
    """Look at one event after another, until there are enough or it would take too long."""
    found: list[Found] = []
    looked_at, at_once = 0, max(AT_ONCE_MIN, min(size + 1, AT_ONCE_MAX))
    if isinstance(asked.order, OfField):
        at_once = LOOKED_AT_MAX  # each reading sorts anew, so there is but one
    while looked_at < LOOKED_AT_MAX:
        rows = answering.page(connection, asked, scope, until, after, at_once)
        kept: Sequence[Found] = rows
        for condition in common:
            kept = _kept(connection, kept, condition, scope, until)
        found += kept
        if len(found) > size or len(rows) < at_once:
            return _cut(found, size)
        looked_at += len(rows)
        after, at_once = rows[-1].key, min(2 * at_once, AT_ONCE_MAX)
    return Page(found, after)


def _kept(
    connection: Connection,
    rows: Sequence[Found],
    condition: Condition,
    scope: Scope,
    until: Position,
) -> Sequence[Found]:
    """Return those of some events of which a condition holds."""
    if isinstance(condition, Matching | AnyOf):
        return [one for one in rows if any(map(condition.has, _named(one, condition.name)))]
    assert isinstance(condition, Described), "nothing else is looked at"
    named_by = [{*_named(one, condition.name)} for one in rows]
    every, so = sorted(set[str]().union(*named_by)), set[str]()
    for at in range(0, len(every), AT_ONCE_MAX):
        among = every[at : at + AT_ONCE_MAX]
        asked = (condition.attributes, condition.values, scope, until)
        so |= described(connection, *asked, among)
    return [one for one, values in zip(rows, named_by, strict=True) if values & so]


def _named(found: Found, name: str) -> Iterator[str]:
    """Yield what an event has under a name of the index."""
    return named(found.event(), name)
