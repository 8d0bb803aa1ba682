"""Where does what a subscription is told come from? From the feed, or from a query of EPCIS.

Either tells in the ledger's order, and how far it has come when it has nothing to tell: so cursor,
retries and dead letters are the same for both.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from typing import Any, Protocol

from custody.access import Scope
from custody.feed import Choice, Following, Told
from custody.ledger import Ledger
from custody.pushing.events import Events
from custody.pushing.subscription import EPCIS, Subscription
from custody.terms import Millis, Position


class Behind(Exception):
    """What was being told when a crash came cannot be told yet: who derives it is behind."""


class Source(Protocol):
    """What is told, each with its `position`."""

    def listen(
        self, after: Position, every_s: float
    ) -> AsyncIterator[tuple[Position, Sequence[Any]]]:
        """Yield how far it has come and what of that is told, until deliveries are stopped."""

    def read(self, after: Position, until: Position) -> Sequence[Any] | None:
        """Return what is told of a stretch; None if that is not known yet."""


class Facts:
    """The feed's facts, as far as they are chosen."""

    def __init__(self, ledger: Ledger, following: Following, choice: Choice) -> None:
        self._ledger = ledger
        self._following = following
        self._choice = choice

    def listen(
        self, after: Position, every_s: float
    ) -> AsyncIterator[tuple[Position, Sequence[Told]]]:
        """Yield what is chosen."""
        return self._following.listen(after, self._choice, every_s)

    def read(self, after: Position, until: Position) -> list[Told] | None:
        """Return what is chosen; None if not all of it is projected yet."""
        records = self._ledger.since(after, until - after)
        told = self._following.told(records, where=self._choice.where)
        return None if len(told) < len(records) else [*self._choice.of(told)]


def source_of(
    ledger: Ledger,
    following: Following,
    one: Subscription,
    scope: Scope,
    clock: Callable[[], Millis],
) -> Source:
    """Return where what a subscription is told comes from, of what is its maker's to hear."""
    if one.envelope == EPCIS:
        return Events(ledger, following, one, scope, clock)
    return Facts(ledger, following, one.choice(scope))
