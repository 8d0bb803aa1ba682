"""Of what is a query made? Conditions, all of which hold, and an order."""

from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from custody.epcis.patterns import Range
from custody.terms import Millis, Position

Time = Literal["eventTime", "recordTime"]
Column = Literal["event_time", "recorded_at", "declared_at"]


WITHIN: Final = "/254/"
"""What stands between a GLN and a location of its own that lies within it."""


class AnyOf(NamedTuple):
    """The event has one of some values, under a name."""

    name: str
    values: tuple[str, ...]
    within: bool = False
    """Or a place that lies within one of them."""

    def has(self, value: str) -> bool:
        """Tell whether a value is one of them."""
        return value in self.values or (self.within and value.partition(WITHIN)[0] in self.values)


class Matching(NamedTuple):
    """The event has one of some values under a name, or one that lies in one of some ranges."""

    name: str
    values: tuple[str, ...]
    ranges: tuple[Range, ...]

    def has(self, value: str) -> bool:
        """Tell whether a value is one of them."""
        return value in self.values or any(one.has(value) for one in self.ranges)


class Described(NamedTuple):
    """What the event has under a name is described so by master data: has one of some attributes,
    and this with one of some values, or with any."""

    name: str
    attributes: tuple[str, ...]
    values: tuple[str, ...]


class Among(NamedTuple):
    """The event is one of a few that were looked up."""

    places: frozenset[Position]


class Sized(NamedTuple):
    """The event has a number or an instant of a name that compares so to one of some numbers."""

    name: str
    operator: str
    numbers: tuple[float, ...]


class Within(NamedTuple):
    """An instant of the event compares so."""

    column: Column
    operator: str
    at: Millis


class OfField(NamedTuple):
    """Events come in the order of a field of their senders' own."""

    name: str
    """Under which its values stand in the index."""


Order = Time | OfField
Condition = AnyOf | Matching | Described | Among | Sized | Within


@dataclass(frozen=True, slots=True)
class Asked:
    """A query."""

    conditions: tuple[Condition, ...] = ()
    order: Order | None = None
    descending: bool = False
    limit: int | None = None
    """How many events at most, of all that match."""
    at_most: int | None = None
    """With how many it would be refused to answer: more than this."""
    ids: tuple[str, ...] | None = None
