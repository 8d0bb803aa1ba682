"""Which events have one of some values? The lists of the index that name them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import ColumnElement, Connection, Select, and_, exists, or_, select

from custody.exchange.conditions import AnyOf
from custody.exchange.tables import trait, value
from custody.exchange.traits import STANDING, WITHIN

NUMBERS_MAX: Final = 500
"""Values of a condition that are looked up before the events are."""

SHORT_MAX: Final = 20_000
"""Events that have something in common, and are walked by that rather than one after another."""


@dataclass(frozen=True, slots=True)
class List:
    """The places of the events that have one of some values, in some role or in any."""

    numbers: Sequence[int] | None
    """Of the values; None if there are very many."""
    asked: Select[tuple[int]]
    """How to ask for them."""
    role: int | None

    def __bool__(self) -> bool:
        """False if no event ever had any of them."""
        return self.numbers is None or bool(self.numbers)

    @property
    def is_one(self) -> bool:
        """Whether it is one list, in order, and names no event twice."""
        return self.numbers is not None and len(self.numbers) == 1 and self.role is not None

    def entries(self, of: Any = trait.c) -> list[ColumnElement[bool]]:
        """Say which entries of the index are on it."""
        numbers = self.numbers
        if numbers is not None and len(numbers) == 1:
            listed = of.number == numbers[0]
        else:
            listed = of.number.in_(self.asked if numbers is None else numbers)
        return [listed] if self.role is None else [listed, of.role == self.role]

    def at(self, place: ColumnElement[Any]) -> ColumnElement[bool]:
        """Say that the event at a place is on it."""
        of = trait.alias().c
        return exists().where(*self.entries(of), of.place == place)


def list_of(connection: Connection, condition: AnyOf) -> List:
    """Look up the values of a condition."""
    name, role = STANDING.get(condition.name, (condition.name, None))
    if role is None and condition.name not in _IN_ROLES:
        role = 0
    so: ColumnElement[bool] = value.c.value.in_(condition.values)
    if condition.within:
        so = or_(so, *map(_within, condition.values))
    asked = select(value.c.number).where(value.c.name == name, so)
    numbers = list(connection.scalars(asked.limit(NUMBERS_MAX + 1)))
    return List(numbers if len(numbers) <= NUMBERS_MAX else None, asked, role)


_IN_ROLES: Final = {name for name, _ in STANDING.values()}


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
