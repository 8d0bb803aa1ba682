"""Which places, steps and classes are described so by master data, as far as an asker may know?

What was said last of a thing counts, as a whole; another's word stays its own.
"""

from collections import Counter
from collections.abc import Collection, Sequence
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, select

from custody.access import Scope
from custody.exchange.answering import visible
from custody.exchange.describing import ANY, SPOKEN_OF, WITHIN
from custody.exchange.tables import EVENTS_A_RECORD, attribute
from custody.terms import Position, Refused

ELEMENTS_MAX: Final = 1_000
"""Places, steps or classes that share an attribute and by which events are still looked up."""

DESCENDANTS_MAX: Final = 1_000
"""Places within a place, as master data have it, that a query may ask for at once."""


def described(
    connection: Connection,
    names: Collection[str],
    values: Collection[str],
    scope: Scope,
    until: Position,
    among: Collection[str] | None = None,
) -> set[str]:
    """Return what has one of some attributes with one of some values: `ANY`, whatever it says.

    One more than `ELEMENTS_MAX` at most, unless it is `among` these that are looked for.
    """
    asked = _so(names, values, scope, until)
    if among is not None:
        asked = asked.where(attribute.c.element.in_(among))
    else:
        asked = asked.distinct().limit(ELEMENTS_MAX + 1)
    return {*connection.scalars(asked)}


def with_descendants(
    connection: Connection, places: Sequence[str], scope: Scope, until: Position
) -> set[str]:
    """Return places and all that lies within them. Raises Refused if that is too much."""
    every, new = {*places}, {*places}
    while new:
        asked = _so([WITHIN], new, scope, until).distinct().limit(DESCENDANTS_MAX + 1)
        new = {*connection.scalars(asked)} - every
        every |= new
        if len(every) > DESCENDANTS_MAX:
            raise Refused("epcis_query_too_large", max=DESCENDANTS_MAX)
    return every


def values_of(
    connection: Connection, name: str, scope: Scope, until: Position, limit: int
) -> dict[str, str] | None:
    """Return what an attribute says of all that has it, if of each that is one thing.

    None if it is said more often than `limit`.
    """
    said = (attribute.c.name == name, attribute.c.value != ANY)
    asked = select(attribute.c.element, attribute.c.value).where(
        *said, _current(attribute.c.element, scope, until)
    )
    found = connection.execute(asked.distinct().limit(limit + 1)).all()
    if len(found) > limit:
        return None
    each = Counter(row.element for row in found)
    return {row.element: row.value for row in found if each[row.element] == 1}


def value_of(
    connection: Connection, name: str, element: str, scope: Scope, until: Position
) -> str | None:
    """Return what an attribute of something says, if that is one thing."""
    said = _current(attribute.c.element, scope, until)
    of_it = (attribute.c.name == name, attribute.c.element == element, attribute.c.value != ANY)
    found = connection.scalars(select(attribute.c.value).where(*of_it, said).limit(2)).all()
    return found[0] if len(found) == 1 else None


def _so(
    names: Collection[str], values: Collection[str], scope: Scope, until: Position
) -> Select[tuple[str]]:
    about = attribute.c.value if WITHIN in names else attribute.c.element
    return select(attribute.c.element).where(
        attribute.c.name.in_(names),
        attribute.c.value.in_(values),
        _current(about, scope, until),
    )


def _current(about: ColumnElement[str], scope: Scope, until: Position) -> ColumnElement[bool]:
    """Say that nothing was said later of the same, as far as the asker knows at a position."""
    later = attribute.alias()
    bound = (until + 1) * EVENTS_A_RECORD
    newer = exists().where(
        later.c.name == SPOKEN_OF,
        later.c.value == ANY,
        later.c.element == about,
        later.c.place > attribute.c.place,
        later.c.place < bound,
        *_seen(scope, later.c.place),
    )
    return and_(attribute.c.place < bound, ~newer, *_seen(scope, attribute.c.place))


def _seen(scope: Scope, place: ColumnElement[Any]) -> list[ColumnElement[bool]]:
    seen = visible(scope, place)
    return [] if seen is None else [seen]
