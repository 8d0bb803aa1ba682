"""What must be known beside a movement to tell it whole: parties, the other half, the target?"""

from typing import Protocol

from custody.events import Movement
from custody.terms import Millis


class Beside(Protocol):
    """What others recorded. Each answer may be None; less is told then, and nothing wrong."""

    def organisation(self, site: str, at: Millis) -> str | None:
        """Return the USCC of the organisation whose site it was."""

    def movement(self, id: str) -> Movement | None:  # noqa: A002
        """Return a movement as it was posted."""

    def dispatch(self, consignment: str) -> str | None:
        """Return the id of the dispatch by which a consignment left."""


class Nothing:
    """Nothing is known beside."""

    def organisation(self, site: str, at: Millis) -> str | None:
        """Return None."""
        return None

    def movement(self, id: str) -> Movement | None:  # noqa: A002
        """Return None."""
        return None

    def dispatch(self, consignment: str) -> str | None:
        """Return None."""
        return None


NOTHING: Beside = Nothing()
