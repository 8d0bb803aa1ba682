"""Whose body was destroyed, and why? Told in the ledger itself, so that nobody destroys unseen."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field

from custody.events.captured import EventId
from custody.events.fact import Fact
from custody.events.registry import REGISTRY
from custody.events.vocabulary import INTEGER_MAX, MovementId, Name
from custody.terms import Millis, Subject

Reason = Literal["request", "order", "misplaced"]
"""Somebody whom it names asks for it; a court or an authority orders it; what stood there should
never have been written into a fact."""


def announcement_of(position: int) -> Subject:
    """Return what the fact that announces the destruction of a record is about."""
    return f"redaction:{position}"


class Redacted(Fact):
    """销毁: a record's body and key were destroyed; its place in the order stays.

    It is about the registry too, so that whoever decides sees it and forgets what he remembers.
    """

    version: ClassVar[int] = 2
    """The first could name movements alone."""

    type: Literal["redaction"]
    position: Annotated[int, Field(ge=1, le=INTEGER_MAX)]
    movement: MovementId | None = None
    """Which movement it was, if it was one."""
    event: EventId | None = None
    """Which event of a partner's, if it was one; `declared_at` tells a declaration from it."""
    declared_at: Annotated[Millis, Field(ge=-INTEGER_MAX, le=INTEGER_MAX)] | None = None
    capture: Name | None = None
    """With which capture master data came, if it was those."""
    reason: Reason
    case: Name | None = None

    def subjects(self) -> tuple[Subject, ...]:
        return (announcement_of(self.position), REGISTRY)
