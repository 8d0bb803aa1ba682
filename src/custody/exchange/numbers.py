"""Which number has a value in the index?

An event of the index names its values by their numbers: a place of forty letters stands once, not a
million times. Only whoever indexes gives numbers, in the transaction that uses them first.
"""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import Final

import orjson
from sqlalchemy import Connection

from custody.exchange.tables import value
from custody.ledger.arrays import texts
from custody.ledger.copying import copy

REMEMBERED_MAX: Final = 50_000
"""Values whose numbers a process remembers. It forgets all at once: most are not met again."""

Value = tuple[str, str]
"""A name, and what stands under it."""

# By the generation of an index: the numbers of one that was thrown away are not believed.
_remembered: dict[tuple[str, Value], int] = {}

_FIND: Final = {
    "sqlite": "select value, number from epcis_value"
    " where name = ? and value in (select value from json_each(?))",
    "postgresql": "select value, number from epcis_value where name = %b and value = any(%b)",
}
_ADD: Final = "insert into epcis_value (name, value, number) values (?, ?, ?)"


class Numbers:
    """The numbers of some values, in one transaction of whoever indexes."""

    def __init__(self, connection: Connection, generation: str, last: int) -> None:
        """`last`: the last number given, in an index of this generation."""
        self._connection = connection
        self._dialect = connection.dialect.name
        self._generation = generation
        self._found: dict[Value, int] = {}
        self.last = last

    def of(self, values: Collection[Value]) -> dict[Value, int]:
        """Return the number of each; those that have none yet are given one."""
        found = self._found
        for each in values:
            number = _remembered.get((self._generation, each))
            if number is not None:
                found[each] = number
        missing = [each for each in values if each not in found]
        found.update(self._looked_up(missing))
        new = sorted(each for each in missing if each not in found)
        found.update(zip(new, range(self.last + 1, self.last + 1 + len(new)), strict=True))
        self._add(new)
        self.last += len(new)
        return found

    def remember(self) -> None:
        """Remember them for the next batch, now that they are committed."""
        if len(_remembered) + len(self._found) > REMEMBERED_MAX:
            _remembered.clear()
        generation = self._generation
        _remembered.update({(generation, each): n for each, n in self._found.items()})

    def _looked_up(self, values: Iterable[Value]) -> dict[Value, int]:
        by_name: dict[str, list[str]] = defaultdict(list)
        for name, each in values:
            by_name[name].append(each)
        found: dict[Value, int] = {}
        for name, some in by_name.items():
            listed = orjson.dumps(some).decode() if self._dialect == "sqlite" else texts(some)
            rows = self._connection.exec_driver_sql(_FIND[self._dialect], (name, listed))
            found.update({(name, each): number for each, number in rows})
        return found

    def _add(self, new: list[Value]) -> None:
        if not new:
            return
        rows = [(*each, self._found[each]) for each in new]
        if self._dialect == "sqlite":
            self._connection.exec_driver_sql(_ADD, rows)
        else:
            copy(self._connection, value, rows)
