"""How many requests may each asker have begun at once? Slow ones would take everybody's turn."""

from collections.abc import Mapping
from math import inf
from types import MappingProxyType
from typing import Final

IN_FLIGHT_MAX: Final = 64
"""Of one key: a device needs a few; a gateway with many behind it has that many in its pool."""

STREAMS_MAX: Final = 128
"""Streams of one key: they are answered without end, and count by themselves."""


class InFlight:
    """Counts what each asker has begun and not ended. Used by one thread: that of the event loop.

    Nobody is remembered who has nothing open.
    """

    def __init__(self, at_most: int = IN_FLIGHT_MAX) -> None:
        """`at_most`: 0 for no limit."""
        self.at_most = at_most or inf
        self._begun: dict[str, int] = {}
        self.begun: Mapping[str, int] = MappingProxyType(self._begun)
        """How many each asker has begun."""

    def begin(self, asker: str) -> bool:
        """Count one more; False if the asker has as many as it may, and then it is not counted."""
        begun = self._begun.get(asker, 0)
        if begun >= self.at_most:
            return False
        self._begun[asker] = begun + 1
        return True

    def end(self, asker: str) -> None:
        """Count one less, of those that were begun."""
        left = self._begun[asker] - 1
        if left:
            self._begun[asker] = left
        else:
            del self._begun[asker]
