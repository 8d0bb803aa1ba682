"""Which EPCs, places, steps and dispositions do the events of an asker name?"""

from collections.abc import Sequence
from typing import Final

from sqlalchemy import Connection, exists, func, select

from custody.access import Scope
from custody.exchange.answering import visible
from custody.exchange.tables import EVENTS_A_RECORD, trait
from custody.exchange.traits import spelt
from custody.terms import Position

NAMES: Final = {
    "epcs": "anyEPC",
    "bizSteps": "bizStep",
    "bizLocations": "bizLocation",
    "readPoints": "readPoint",
    "dispositions": "disposition",
    "eventTypes": "type",
}
"""Each collection, and under which name its members stand in the index."""


def members(
    connection: Connection,
    name: str,
    scope: Scope,
    until: Position,
    after: str | None,
    limit: int,
) -> Sequence[str]:
    """Return the values of a name in order, as far as events that the asker may see have them.

    Each is found from the one before, so that a value of a million events costs no more than one
    of a single event.
    """
    first = select(func.min(trait.c.value).label("value")).where(trait.c.name == name)
    if after is not None:
        first = first.where(trait.c.value > after)
    each = first.cte("each", recursive=True)
    following = (
        select(func.min(trait.c.value))
        .where(trait.c.name == name, trait.c.value > each.c.value)
        .correlate(each)
        .scalar_subquery()
    )
    each = each.union_all(select(following).where(each.c.value.is_not(None)))
    seen = exists().where(
        trait.c.name == name,
        trait.c.value == each.c.value,
        trait.c.place < (until + 1) * EVENTS_A_RECORD,
    )
    own = visible(scope, trait.c.place)
    if own is not None:
        seen = seen.where(own)
    asked = select(each.c.value).where(each.c.value.is_not(None), seen).limit(limit)
    return connection.scalars(asked).all()


def is_named(connection: Connection, name: str, value: str, scope: Scope, until: Position) -> bool:
    """Tell whether an event that the asker may see has a value."""
    seen = exists().where(
        trait.c.name == name,
        trait.c.value == spelt(value),
        trait.c.place < (until + 1) * EVENTS_A_RECORD,
    )
    own = visible(scope, trait.c.place)
    return bool(connection.scalar(select(seen if own is None else seen.where(own))))
