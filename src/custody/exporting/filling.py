"""How are columns filled, of which most have nothing in most rows?"""

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Protocol

from custody.backup.fingerprint import written
from custody.exporting.columns import NAMES, PLACE
from custody.terms import Millis, millis

BATTERY = "battery:"


class Unwritable(Exception):
    """A record says what no fact of its type can: it cannot be exported in columns."""

    def __init__(self, position: int) -> None:
        super().__init__(position)
        self.position = position


class Filling(Protocol):
    """Columns of some records that are being filled, in whatever form a format writes them."""

    def fill(self, name: str, values: Sequence[Any]) -> None:
        """Fill a whole column."""

    def put(self, name: str, indices: Sequence[int], values: Sequence[Any]) -> None:
        """Put values into a column, each at an index of its own."""

    def instants(self, name: str, indices: Sequence[int], said: Sequence[str | None]) -> None:
        """Put instants into a column, as they were said. Raises ValueError."""

    def texts(self, name: str, contents: Sequence[bytes | None]) -> None:
        """Fill a whole column with what is UTF-8. Raises ValueError."""

    def subjects(self, about: Sequence[str]) -> None:
        """Fill what follows from the subjects: these, the batteries, and how many they are."""

    def read(self, type_: str, indices: Sequence[int]) -> bool:
        """Fill what bodies of a type say in columns, once `data` is filled; False: not so."""

    def columns(self) -> list[Any]:
        """Return the columns in their order; None is one in which nothing stands."""

    @staticmethod
    def counted(facts: Sequence[Any]) -> bytes | memoryview:
        """Return what counts of filled columns in a checksum, of whole facts for the operator."""


class Lists:
    """Columns as lists of Python's own values."""

    def __init__(self, size: int) -> None:
        self._size = size
        self._columns: list[Any] = [None] * len(NAMES)

    def fill(self, name: str, values: Sequence[Any]) -> None:
        """Fill a whole column."""
        self._columns[PLACE[name]] = None if values.count(None) == len(values) else values

    def put(self, name: str, indices: Sequence[int], values: Sequence[Any]) -> None:
        """Put values into a column, each at an index of its own."""
        if values.count(None) == len(values):
            return
        column = self._columns[PLACE[name]]
        if column is None:
            column = self._columns[PLACE[name]] = [None] * self._size
        for index, value in zip(indices, values, strict=True):
            column[index] = value

    def instants(self, name: str, indices: Sequence[int], said: Sequence[str | None]) -> None:
        """Put instants into a column, as they were said. Raises ValueError."""
        self.put(name, indices, [*map(instant, said)])

    def texts(self, name: str, contents: Sequence[bytes | None]) -> None:
        """Fill a whole column with what is UTF-8. Raises ValueError."""
        self.fill(name, [None if one is None else one.decode() for one in contents])

    def subjects(self, about: Sequence[str]) -> None:
        """Fill what follows from the subjects: these, the batteries, and how many they are."""
        subjects = [*map(subjects_of, about)]
        self.fill("subjects", subjects)
        batteries = [*map(batteries_of, subjects)]
        self.fill("batteries", batteries)
        self.fill("battery_count", [*map(len, batteries)])

    def read(self, _type: str, _indices: Sequence[int]) -> bool:
        """Leave bodies to whoever reads them one by one."""
        return False

    def columns(self) -> list[Any]:
        """Return the columns in their order; None is one in which nothing stands."""
        return self._columns

    @staticmethod
    def counted(facts: Sequence[Any]) -> bytes:
        """Return what counts of filled columns in a checksum, of whole facts for the operator."""
        position, type_, data = (facts[PLACE[name]] for name in ("position", "type", "data"))
        return b"".join(map(written, position, type_, map(str.encode, data)))


def subjects_of(about: str) -> list[str]:
    """Part the subjects of a record."""
    return about.split("\n") if about else []


def batteries_of(about: Sequence[str]) -> list[str]:
    """Name the batteries among subjects."""
    # Most subjects are told from a battery by one character, without cutting out eight.
    return [one[8:] for one in about if one[:1] == "b" and one[:8] == BATTERY]


def instant(said: str | None) -> Millis | None:
    """Read an instant that has an offset; parts finer than a millisecond are cut off."""
    return None if said is None else millis(datetime.fromisoformat(said.upper()))
