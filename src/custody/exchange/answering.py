"""Which events does a query find, and in which order? A page of them, as of one moment.

What few events have is looked up first; where nothing is that rare, the events are walked in the
order asked for and each is looked at. So no query sorts what it does not show.
"""

from collections.abc import Iterable, Sequence
from functools import lru_cache
from json import loads
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Row,
    Select,
    exists,
    false,
    func,
    or_,
    select,
)

from custody.access import Scope
from custody.epcis.context import Context, context
from custody.epcis.event import Event
from custody.events.vocabulary import INTEGER_MAX
from custody.exchange import having
from custody.exchange.conditions import Among, AnyOf, Asked, OfField, Sized, Within
from custody.exchange.ordering import Key, by_time, of_saying, ordering
from custody.exchange.rows import OWNED
from custody.exchange.tables import EVENTS_A_RECORD, event, measure, trait, whose
from custody.exchange.traits import traits
from custody.projections import territory
from custody.terms import Millis, Position, Refused

RARE_MAX: Final = 1_000
"""Events that have something in common and are still looked up by it, and then sorted."""

ORDERED_MAX: Final = 100_000
"""Events that are put in the order of a field of their senders' own: no index has it, so that
each page sorts them all, and a page of a million would hold a worker for seconds."""

SITES_MAX: Final = 100
"""Sites of an asker by which what is rare is looked up; whoever has more has much to see."""


class Found(NamedTuple):
    """An event that was found."""

    place: Position
    event_id: str
    event_time: Millis
    recorded_at: Millis
    said: str
    context: str
    hash: str | None = None
    key: Key = Key((), 0)
    """Where the page behind it begins."""

    def event(self) -> Event:
        """Return the event as it is read."""
        return Event(loads(self.said), _context(self.context))


@lru_cache
def _context(text: str) -> Context:
    return context(loads(text))


TOLD: Final = tuple(event.c[name] for name in Found._fields if name != "key")
"""What is read of an event that is found."""


def page(
    connection: Connection,
    asked: Asked,
    scope: Scope,
    until: Position,
    after: Key | None,
    limit: int,
) -> list[Found]:
    """Return the next events of a query, of those that the index knew of at a position.

    Raises Refused where more would have to be put in order than are.
    """
    order = ordering(asked)
    finding = _finding(connection, asked, scope, until, [*TOLD, *order.key])
    if finding is None:
        return []
    if isinstance(asked.order, OfField) and finding.is_rare:
        every: Select[Any] = finding.select.with_only_columns(*TOLD, event.c.place)
        few = [_found(row) for row in connection.execute(every)]
        return _sorted(few, asked.order, after, descending=asked.descending)[:limit]
    if isinstance(asked.order, OfField):
        _not_too_many(connection, asked.order, finding, until)
    rows = connection.execute(order.put(finding.select, finding.place, after).limit(limit))
    return [_found(row) for row in rows]


def _not_too_many(
    connection: Connection, field: OfField, finding: "_Finding", until: Position
) -> None:
    """Raise Refused if there are too many events to be put in order, or to be read for it.

    What was captured since the first page does not count: who has begun comes to the end.
    """
    every = having.list_of(connection, AnyOf(f"exists {field.name}", ("true",)))
    known = trait.c.place < _bound(until)
    read = select(trait.c.place).where(known, *every.entries()) if every else None
    for one in (finding.select.with_only_columns(finding.place), read):
        if one is not None and _size(connection, one, ORDERED_MAX) > ORDERED_MAX:
            raise Refused("epcis_query_too_large", max=ORDERED_MAX)


def _size(connection: Connection, some: Select[Any], at_most: int) -> int:
    """Count what a query finds, but no further than one more than so many."""
    counted = select(func.count()).select_from(some.limit(at_most + 1).subquery())
    return int(connection.scalar(counted) or 0)


def _found(row: Row[Any]) -> Found:
    *by, place = row[len(TOLD) :]
    return Found._make([*row[: len(TOLD)], Key(tuple(by), place)])


def _sorted(
    few: Iterable[Found], field: OfField, after: Key | None, *, descending: bool
) -> list[Found]:
    """Put a few events in the order of a field: the index would look at all that have it."""
    keyed = [
        one._replace(key=of_saying(field, traits(one.event()), one.place, descending=descending))
        for one in few
    ]
    if after is not None:
        keyed = [one for one in keyed if (one.key < after if descending else one.key > after)]
    return sorted(keyed, key=lambda one: one.key, reverse=descending)


def count(connection: Connection, asked: Asked, scope: Scope, until: Position, at_most: int) -> int:
    """Count the events of a query, but no further than one more than so many."""
    finding = _finding(connection, asked, scope, until, [event.c.place])
    if finding is None:
        return 0
    return _size(connection, finding.select, at_most)


def _bound(until: Position) -> int:
    """Return what the places of all events are below that the index knew of at a position."""
    return (until + 1) * EVENTS_A_RECORD


def visible(scope: Scope, place: ColumnElement[Any]) -> ColumnElement[bool] | None:
    """Say which events are an asker's to see; None if all are."""
    if scope.everything:
        return None
    site, organisation = scope.site, scope.organisation
    if site is not None and organisation is scope.division is None:
        sites: ColumnElement[bool] = whose.c.subject == f"site:{site}"
    else:
        of_scope = territory.sites_of(scope).subquery()
        sites = whose.c.subject.in_(select("site:" + of_scope.c.site))
    own = whose.c.subject == f"organisation:{organisation}" if organisation else false()
    return exists().where(whose.c.place == place, or_(sites, own))


class _Finding(NamedTuple):
    """A query, and the column that tells the place of what it finds."""

    select: Select[Any]
    place: ColumnElement[Any]
    is_rare: bool


def _finding(
    connection: Connection, asked: Asked, scope: Scope, until: Position, columns: Sequence[Any]
) -> _Finding | None:
    """Write the query; None if nothing can match."""
    conditions = asked.conditions
    lists = [having.list_of(connection, one) for one in conditions if isinstance(one, AnyOf)]
    own = _own(connection, scope)
    owned = None if own is None else having.list_of(connection, own)
    if not all(lists) or (owned is not None and not owned):
        return None
    every = lists if owned is None else [*lists, owned]
    rare = _rare(connection, asked, every)
    if rare is not None and not rare:
        return None
    led = None
    if rare is None and asked.ids is None and not by_time(asked):
        led = having.shortest(connection, every)
    place = event.c.place if led is None else trait.c.place
    finding = select(*columns).where(place < _bound(until))
    if led is not None:
        # The walk goes along the events that have something in common, and no others.
        finding = finding.join_from(trait, event, event.c.place == trait.c.place)
        finding = finding.where(*led.entries())
    elif rare is not None:
        finding = finding.where(place.in_(sorted(rare)))
    elif asked.ids is not None:
        finding = finding.where(event.c.event_id.in_(asked.ids))
    finding = finding.where(*(one.at(place) for one in lists if one is not led))
    finding = finding.where(*(_so(one) for one in conditions if isinstance(one, Within | Sized)))
    # Whoever walks along what is its own sees all of that.
    seen = None if led is not None and led is owned else visible(scope, place)
    return _Finding(finding if seen is None else finding.where(seen), place, rare is not None)


def _own(connection: Connection, scope: Scope) -> AnyOf | None:
    """Name whose events an asker may see, where these are few enough to be looked up by."""
    if scope.everything:
        return None
    if scope.site is not None and scope.organisation is scope.division is None:
        sites: list[str] = [scope.site]
    else:
        asked = territory.sites_of(scope).limit(SITES_MAX + 1)
        sites = list(connection.scalars(asked))
    if len(sites) > SITES_MAX:
        return None
    own = [f"organisation:{scope.organisation}"] if scope.organisation else []
    return AnyOf(OWNED, (*(f"site:{one}" for one in sites), *own))


def _rare(
    connection: Connection, asked: Asked, lists: Iterable[having.List]
) -> set[Position] | None:
    """Look up the events of which there are few; None if nothing that is asked for is rare."""
    rare: set[Position] | None = None
    each_asked = [select(trait.c.place).where(*one.entries()) for one in lists]
    if asked.ids is not None:
        each_asked.append(select(event.c.place).where(event.c.event_id.in_(asked.ids)))
    instants = [_so(one) for one in asked.conditions if isinstance(one, Within)]
    if instants:
        each_asked.append(select(event.c.place).where(*instants))
    for one in asked.conditions:
        if isinstance(one, Among):
            rare = {*one.places} if rare is None else rare & one.places
    if rare is not None and not rare:
        return rare
    for each in each_asked:
        if connection.scalar(each.offset(RARE_MAX).limit(1)) is not None:
            continue
        found = set(connection.scalars(each))
        rare = found if rare is None else rare & found
        if not rare:
            return rare
    return rare


_SQL: Final[dict[str, Any]] = {
    "=": lambda column, value: column == value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
}


def _so(condition: Within | Sized) -> ColumnElement[bool]:
    """Say of an event whether a condition holds."""
    match condition:
        case Within("recorded_at", operator, at):
            # The clock of the records never goes back: an instant is a place in their order.
            first = select(event.c.place).where(event.c.recorded_at >= at)
            place = first.order_by(event.c.recorded_at, event.c.place).limit(1).scalar_subquery()
            bound: ColumnElement[bool] = _SQL[operator](
                event.c.place, func.coalesce(place, INTEGER_MAX)
            )
            return bound
        case Within(column, operator, at):
            compared: ColumnElement[bool] = _SQL[operator](event.c[column], at)
            return compared
        case Sized(name, operator, numbers):
            of_it = (measure.c.name == name, measure.c.place == event.c.place)
            compared = or_(*(_SQL[operator](measure.c.value, one) for one in numbers))
            return exists().where(*of_it, compared)
    raise AssertionError(condition)
