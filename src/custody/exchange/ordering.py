"""In which order does a query find events, and behind what does its next page begin?

By a time of theirs, or by a field of their senders' own. Of such a field the index knows numbers,
instants among them, and texts. Ascending, numbers come before texts; descending, all is turned
round but what has neither: that comes last. Of several values the one counts by which an event
comes first: the least or the greatest number, and a text only where there is no number.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, NamedTuple

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, not_, select, tuple_

from custody.events.vocabulary import INTEGER_MAX
from custody.exchange.conditions import Asked, OfField, Within
from custody.exchange.tables import event, measure, trait, value
from custody.exchange.traits import DIGEST, DIGEST_LENGTH, Traits, is_digest, spelt
from custody.terms import Position


class Key(NamedTuple):
    """Behind which event a page begins."""

    by: tuple[int | float | str, ...]
    """By what that event stands in its order, among those that differ in it."""
    place: Position


_NUMBER: Final = 1
_TEXT: Final = 2
_NEITHER: Final = 3


@dataclass(frozen=True, slots=True)
class Ordering:
    """An order of events."""

    key: Sequence[ColumnElement[Any]]
    """What a page's token tells of the event it ends with."""
    compared: int
    """How many of these, from the end, say which event comes first."""
    joined: Sequence[Subquery] = ()
    descending: bool = False

    def put(
        self, finding: Select[Any], place: ColumnElement[Any], after: Key | None
    ) -> Select[Any]:
        """Put what is found into this order, from behind an event on.

        `place`: the column along which places are walked.
        """
        for one in self.joined:
            finding = finding.outerjoin(one, one.c.place == event.c.place)
        here = [*self.key[-self.compared : -1], place]
        if after is not None:
            last = tuple_(*[*after.by, after.place][-self.compared :])
            finding = finding.where(
                tuple_(*here) < last if self.descending else tuple_(*here) > last
            )
        return finding.order_by(*(one.desc() if self.descending else one for one in here))


def ordering(asked: Asked) -> Ordering:
    """Say in which order a query finds events."""
    if isinstance(asked.order, OfField):
        return _of_field(asked.order, asked.descending)
    key = (event.c.event_time, event.c.place)
    return Ordering(key, len(key) if by_time(asked) else 1, descending=asked.descending)


def by_time(asked: Asked) -> bool:
    """Tell whether events come in the order in which they happened.

    Where nobody says, whoever asks for a stretch of time gets it in its own order.
    """
    if asked.order is not None:
        return asked.order == "eventTime"
    return any(isinstance(one, Within) and one.column == "event_time" for one in asked.conditions)


def key_of(asked: Asked, told: Any) -> Key | None:
    """Read what a page's token tells; None if no page of the query could end so."""
    match told:
        case [at, place] if not isinstance(asked.order, OfField):
            return Key((at,), place) if _is_whole(at) and _is_whole(place) else None
        case [rank, int() | float() as number, str(text), place] if (
            isinstance(asked.order, OfField) and _is_whole(rank) and _is_whole(place)
        ):
            by = (rank, float(number), text)
            return Key(by, place) if spelt(text) == text else None
    return None


def _is_whole(number: Any) -> bool:
    return type(number) is int and abs(number) <= INTEGER_MAX


def of_saying(field: OfField, said: Traits, place: Position, *, descending: bool) -> Key:
    """Say where an event stands in the order of a field, by what it can be found by itself."""
    first = max if descending else min
    numbers = [number for name, number in said.numbers if name == field.name]
    if numbers:
        return Key((_NUMBER, first(numbers), ""), place)
    texts = [text for name, _, text in said.values if name == field.name and not is_digest(text)]
    if texts:
        return Key((_TEXT, 0.0, first(texts)), place)
    return Key((-_NEITHER if descending else _NEITHER, 0.0, ""), place)


def _of_field(field: OfField, descending: bool) -> Ordering:
    first = func.max if descending else func.min
    of_name = select(measure.c.place, first(measure.c.value).label("number"))
    numbers = of_name.where(measure.c.name == field.name).group_by(measure.c.place).subquery()
    digest = and_(
        func.length(value.c.value) == DIGEST_LENGTH,
        func.substr(value.c.value, 1, len(DIGEST)) == DIGEST,
    )
    each = select(trait.c.place, first(value.c.value).label("text"))
    each = each.join(value, value.c.number == trait.c.number)
    each = each.where(value.c.name == field.name, not_(digest))
    texts = each.group_by(trait.c.place).subquery()
    number, text = numbers.c.number, texts.c.text
    rank = case(
        (number.is_not(None), _NUMBER),
        (text.is_not(None), _TEXT),
        else_=-_NEITHER if descending else _NEITHER,
    )
    # A number stands among the texts as well, as a question writes it; it counts as a number.
    key = (
        rank,
        func.coalesce(number, 0.0),
        case((number.is_(None), func.coalesce(text, "")), else_=""),
        event.c.place,
    )
    return Ordering(key, len(key), (numbers, texts), descending)
