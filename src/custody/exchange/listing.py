"""Which EPCs, places, steps and dispositions do the events of an asker name?"""

from collections.abc import Sequence
from typing import Any, Final

from sqlalchemy import Connection, Select, exists, select

from custody.access import Scope
from custody.epcis.shapes import EVENTS
from custody.exchange.answering import visible
from custody.exchange.tables import EVENTS_A_RECORD, trait, value
from custody.exchange.traits import DIGEST, spelt
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

TYPES: Final = sorted(EVENTS)
"""The types of events that are spoken here: they are told whether there are such events or not."""


def members(
    connection: Connection,
    name: str,
    scope: Scope,
    until: Position,
    after: str | None,
    limit: int,
) -> Sequence[str]:
    """Return the values of a name in order, as far as events that the asker may see have them.

    Too long a value is left out: the index has its digest alone, which is nobody's name.
    """
    if name == NAMES["eventTypes"]:
        return [one for one in TYPES if after is None or one > after][:limit]
    whole = ~value.c.value.startswith(DIGEST, autoescape=True)
    asked = _named(name, scope, until).where(whole).order_by(value.c.value).limit(limit)
    if after is not None:
        asked = asked.where(value.c.value > after)
    return [*connection.scalars(asked)]


def is_named(connection: Connection, name: str, text: str, scope: Scope, until: Position) -> bool:
    """Tell whether an event that the asker may see has a value."""
    if name == NAMES["eventTypes"]:
        return text in TYPES
    asked = _named(name, scope, until).where(value.c.value == spelt(text))
    return connection.scalar(asked) is not None


def _named(name: str, scope: Scope, until: Position) -> Select[Any]:
    seen = exists().where(
        trait.c.number == value.c.number, trait.c.place < (until + 1) * EVENTS_A_RECORD
    )
    own = visible(scope, trait.c.place)
    if own is not None:
        seen = seen.where(own)
    return select(value.c.value).where(value.c.name == name, seen)
