"""Which events have one of some values? The lists of the index that name them."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, and_, exists, or_, select

from custody.exchange.conditions import WITHIN, AnyOf
from custody.exchange.tables import trait, value
from custody.exchange.traits import standing

NUMBERS_MAX: Final = 1_000
"""Values of a condition by which events are looked up: places that lie within one another."""

AT_ONCE: Final = 100
"""Values looked up at once: of alternatives SQLite takes no more than a thousand."""

SHORT_MAX: Final = 20_000
"""Events that have something in common, and are walked by that rather than one after another."""


@dataclass(frozen=True, slots=True)
class List:
    """The places of the events that have one of some values, in some role or in any."""

    numbers: Sequence[int]
    role: int | None

    def __bool__(self) -> bool:
        """False if no event ever had any of them."""
        return bool(self.numbers)

    @property
    def is_one(self) -> bool:
        """Whether it is one list, in order, and names no event twice."""
        return len(self.numbers) == 1 and self.role is not None

    def entries(self, of: Any = trait.c) -> list[ColumnElement[bool]]:
        """Say which entries of the index are on it."""
        numbers = self.numbers
        listed = of.number == numbers[0] if len(numbers) == 1 else of.number.in_(numbers)
        return [listed] if self.role is None else [listed, of.role == self.role]

    def at(self, place: ColumnElement[Any]) -> ColumnElement[bool]:
        """Say that the event at a place is on it."""
        of = trait.alias().c
        return exists().where(*self.entries(of), of.place == place)


def list_of(connection: Connection, condition: AnyOf) -> List:
    """Look up the values of a condition."""
    return List([*_numbers(connection, condition)], standing(condition.name)[1])


def are_many(connection: Connection, condition: AnyOf) -> bool:
    """Tell whether there are too many values for events to be looked up by them."""
    return len([*islice(_numbers(connection, condition), NUMBERS_MAX + 1)]) > NUMBERS_MAX


def _numbers(connection: Connection, condition: AnyOf) -> Iterator[int]:
    name, _ = standing(condition.name)
    asked = select(value.c.number).where(value.c.name == name)
    values = condition.values
    for at in range(0, len(values), AT_ONCE):
        some = values[at : at + AT_ONCE]
        so: ColumnElement[bool] = value.c.value.in_(some)
        if condition.within:
            so = or_(so, *map(_within, some))
        yield from connection.scalars(asked.where(so))


def _within(place: str) -> ColumnElement[bool]:
    first = place + WITHIN
    return and_(value.c.value >= first, value.c.value < first[:-1] + chr(ord(first[-1]) + 1))


def shortest(connection: Connection, lists: Iterable[List]) -> List | None:
    """Return a list along which there is less to walk than along all events, if there is one."""
    for one in lists:
        if one.is_one:
            entries = select(trait.c.place).where(*one.entries())
            if connection.scalar(entries.offset(SHORT_MAX).limit(1)) is None:
                return one
    return None
