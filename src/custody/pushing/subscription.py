"""What is a subscription: who is to be told what, and how does it stand?"""

from dataclasses import dataclass
from typing import Final, Literal

from custody.access import Scope
from custody.access.scope import prefix
from custody.feed import Choice, Envelope
from custody.terms import Millis, Position, Refused

EPCIS: Final = "epcis"
Form = Envelope | Literal["epcis"]
"""As what it is told: the feed's facts in one of their envelopes, or the events of a query."""

State = Literal["active", "paused", "disabled"]

Reason = Literal[
    "gone", "failing", "refuses_everything", "too_many_dead", "key_revoked", "restored"
]
"""Why it is no longer active, if it was not its maker who paused it."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be told, to whom, and from where on."""

    url: str
    types: tuple[str, ...] = ()
    site: str | None = None
    division: str | None = None
    battery: str | None = None
    envelope: Form = "item"
    after: Position = 0
    query: str | None = None
    """Whose named query it is a subscription to, and which."""
    asked: str | None = None
    """What that asks for."""
    token: bytes | None = None
    """What its receiver wants to know deliveries by; absent, we make a secret."""


@dataclass(frozen=True, slots=True)
class Subscription:
    """One as it is kept; see `custody.pushing.tables`."""

    id: str
    key: str
    url: str
    types: str | None
    site: str | None
    division: str | None
    battery: str | None
    envelope: Form
    query: str | None
    asked: str | None
    secret: bytes
    former_secret: bytes | None
    former_until: Millis | None
    created_at: Millis
    state: State
    reason: Reason | None
    cursor: Position
    reaching: Position | None
    round: int
    at_once: int
    failures: int
    refusals: int
    dead_running: int
    next_at: Millis | None
    answered_at: Millis | None
    status: int | None
    answer: str | None

    def choice(self, scope: Scope) -> Choice:
        """Say which facts it wants, of those that are its maker's to hear."""
        return Choice(
            types=frozenset(self.types.split(",") if self.types else ()),
            site=self.site,
            division=None if self.division is None else prefix(self.division),
            battery=None if self.battery is None else f"battery:{self.battery}",
            scope=scope,
        )


def unknown() -> Refused:
    """Refuse what is not there, or not the asker's to know of."""
    return Refused("not_found")
