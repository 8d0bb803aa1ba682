"""Which facts does somebody who follows want to hear of, and which are theirs to hear?"""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from custody.access import EVERYTHING, Place, Scope
from custody.feed.told import Envelope, Told
from custody.terms import Position, Subject


@dataclass(frozen=True, slots=True)
class Choice:
    """What is wanted, and what part of the network is the asker's. Both must hold."""

    types: frozenset[str] = frozenset()
    site: str | None = None
    division: str | None = None
    """As many digits as count: see `custody.access.scope.prefix`."""
    battery: Subject | None = None
    scope: Scope = field(default=EVERYTHING)

    @property
    def everything(self) -> bool:
        """Whether nothing is left out."""
        return (
            not self.types
            and self.site is self.division is self.battery is None
            and self.scope.everything
        )

    @property
    def where(self) -> bool:
        """Whether it matters whose the sites of a fact are, and where they lie."""
        return self.division is not None or not self.scope.everything

    def takes(self, told: Told) -> bool:
        """Tell whether a fact is wanted, and the asker's to hear."""
        return (
            (not self.types or told.record.type in self.types)
            and (self.battery is None or self.battery in told.subjects)
            and (self.site is None or f"site:{self.site}" in told.subjects)
            and (self.division is None or any(map(self._lies_in, told.places)))
            and (self.scope.everything or self._concerns(told))
        )

    def _lies_in(self, place: Place) -> bool:
        return (place.division or "").startswith(self.division or "")

    def _concerns(self, told: Told) -> bool:
        """Tell whether it names a site of the asker's part, or the asker's organisation itself."""
        own = f"organisation:{self.scope.organisation}"
        return own in told.subjects or any(map(self.scope.covers, told.places))

    def of(self, told: list[Told]) -> Iterator[Told]:
        """Leave out what is not taken."""
        return iter(told) if self.everything else filter(self.takes, told)


class Chosen(list[Told]):
    """Facts that somebody wants to hear of. Who wants the same shares them: they do not change."""

    def __init__(self, told: Iterable[Told] = ()) -> None:
        super().__init__(told)
        self._events: dict[Envelope, bytes] = {}

    def events(self, envelope: Envelope) -> bytes:
        """Return all of them as server-sent events, one after another."""
        joined = self._events.get(envelope)
        if joined is None:
            joined = self._events[envelope] = b"".join([one.event(envelope) for one in self])
        return joined

    def until(self, position: Position | None) -> "Chosen":
        """Return those up to a position, all without one."""
        if position is None or not self or self[-1].position <= position:
            return self
        return Chosen(one for one in self if one.position <= position)
