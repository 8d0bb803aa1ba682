"""Which events does a query find, and in which order? A page of them, as of one moment.

What few events have is looked up first; where nothing is that rare, the events are walked in the
order asked for and each is looked at. So no query sorts what it does not show.
"""

from collections.abc import Iterable, Sequence
from typing import Any, Final, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    exists,
    false,
    func,
    or_,
    select,
    tuple_,
)

from custody.access import Scope
from custody.events.vocabulary import INTEGER_MAX
from custody.exchange.conditions import Among, AnyOf, Asked, Condition, Sized, Within
from custody.exchange.indexing import OWNED
from custody.exchange.tables import EVENTS_A_RECORD, event, measure, trait, whose
from custody.projections import territory
from custody.terms import Millis, Position

RARE_MAX: Final = 1_000
"""Events that have something in common and are still looked up by it, and then sorted."""

SITES_MAX: Final = 100
"""Sites of an asker by which what is rare is looked up; whoever has more has much to see."""


class Key(NamedTuple):
    """Where a page begins: behind this event, in the order of the query."""

    at: Millis
    place: Position


class Found(NamedTuple):
    """An event that was found."""

    place: Position
    event_id: str
    event_time: Millis
    recorded_at: Millis
    said: str
    context: str


def page(
    connection: Connection,
    asked: Asked,
    scope: Scope,
    until: Position,
    after: Key | None,
    limit: int,
) -> list[Found]:
    """Return the next events of a query, of those that the index knew of at a position."""
    columns = [event.c[name] for name in Found._fields]
    finding = _finding(connection, asked, scope, until, columns)
    if finding is None:
        return []
    ordered = _ordered(finding, asked, after).limit(limit)
    return [Found(*row) for row in connection.execute(ordered)]


def count(connection: Connection, asked: Asked, scope: Scope, until: Position, at_most: int) -> int:
    """Count the events of a query, but no further than one more than so many."""
    finding = _finding(connection, asked, scope, until, [event.c.place])
    if finding is None:
        return 0
    counted = select(func.count()).select_from(finding.limit(at_most + 1).subquery())
    return int(connection.scalar(counted) or 0)


def by_time(asked: Asked) -> bool:
    """Tell whether events come in the order in which they happened, not were recorded.

    Where nobody says, whoever asks for a stretch of time gets it in its own order.
    """
    if asked.order is not None:
        return asked.order == "eventTime"
    return any(isinstance(one, Within) and one.column == "event_time" for one in asked.conditions)


def key_of(found: Found) -> Key:
    """Return where the page behind an event begins."""
    return Key(found.event_time, found.place)


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


def _finding(
    connection: Connection, asked: Asked, scope: Scope, until: Position, columns: Sequence[Any]
) -> Select[Any] | None:
    """Write the query; None if nothing can match."""
    conditions = asked.conditions
    rare = _rare(connection, conditions, asked.ids, _own(connection, scope))
    finding = select(*columns).where(event.c.place < (until + 1) * EVENTS_A_RECORD)
    if rare is not None:
        if not rare:
            return None
        finding = finding.where(event.c.place.in_(sorted(rare)))
    elif asked.ids is not None:
        finding = finding.where(event.c.event_id.in_(asked.ids))
    finding = finding.where(*(_so(one) for one in conditions))
    seen = visible(scope, event.c.place)
    return finding if seen is None else finding.where(seen)


def _ordered(finding: Select[Any], asked: Asked, after: Key | None) -> Select[Any]:
    key = [event.c.event_time, event.c.place] if by_time(asked) else [event.c.place]
    if after is not None:
        start = [*after] if by_time(asked) else [after.place]
        last, here = tuple_(*start), tuple_(*key)
        finding = finding.where(here < last if asked.descending else here > last)
    return finding.order_by(*(one.desc() if asked.descending else one for one in key))


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
    connection: Connection,
    conditions: Iterable[Condition],
    ids: tuple[str, ...] | None,
    own: AnyOf | None,
) -> set[Position] | None:
    """Look up the events of which there are few; None if nothing that is asked for is rare."""
    rare: set[Position] | None = None
    asked = [select(event.c.place).where(event.c.event_id.in_(ids))] if ids is not None else []
    asked += [_having(one) for one in (*conditions, own) if isinstance(one, AnyOf)]
    instants = [_so(one) for one in conditions if isinstance(one, Within)]
    if instants:
        asked.append(select(event.c.place).where(*instants))
    for one in conditions:
        if isinstance(one, Among):
            rare = {*one.places} if rare is None else rare & one.places
    if rare is not None and not rare:
        return rare
    for each in asked:
        if connection.scalar(each.offset(RARE_MAX).limit(1)) is not None:
            continue
        found = set(connection.scalars(each))
        rare = found if rare is None else rare & found
        if not rare:
            return rare
    return rare


def _having(condition: AnyOf) -> Select[Any]:
    return select(trait.c.place).where(
        trait.c.name == condition.name, trait.c.value.in_(condition.values)
    )


_SQL: Final[dict[str, Any]] = {
    "=": lambda column, value: column == value,
    ">": lambda column, value: column > value,
    ">=": lambda column, value: column >= value,
    "<": lambda column, value: column < value,
    "<=": lambda column, value: column <= value,
}


def _so(condition: Condition) -> ColumnElement[bool]:
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
        case Sized(name, operator, number):
            of_it = (measure.c.name == name, measure.c.place == event.c.place)
            return exists().where(*of_it, _SQL[operator](measure.c.value, number))
        case Among(places):
            one_of: ColumnElement[bool] = event.c.place.in_(sorted(places))
            return one_of
        case AnyOf(name, values):
            each = and_(trait.c.name == name, trait.c.value.in_(values))
            return exists().where(each, trait.c.place == event.c.place)
    raise AssertionError(condition)
