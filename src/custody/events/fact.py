"""What has every fact in common? Its type, whom it is about, and its place in order."""

from collections.abc import Callable
from typing import Any, ClassVar, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from custody.events.vocabulary import (
    ATTACHMENTS_MAX,
    Capture,
    Count,
    Instant,
    MovementId,
    Name,
    Note,
    Sha256,
    Signature,
    SiteId,
)
from custody.events.whereabouts import Whereabouts
from custody.terms import Millis, Subject, millis

RANKS = (
    "drop_off",
    "tag",
    "store",
    "inspect",
    "grade",
    "dispatch",
    "hand_on",
    "receive",
    "dismantle",
    "recover",
    "second_life",
    "dispose",
    "stock_take",
    "incident",
    "hold",
    "release_hold",
    "void",
    "correct",
    "order",
)
"""The contract's rank of types: what comes first of two movements claimed for the same instant."""

T = TypeVar("T")

type_ranks = {name: rank for rank, name in enumerate(RANKS)}

Order = tuple[Millis, int, str]
"""A place in effective order: (`occurred_at` as claimed, rank of type, movement id)."""


class once(Generic[T]):  # noqa: N801 - reads as a decorator
    """A property that is worked out once. `functools.cached_property` takes a lock until 3.12."""

    def __init__(self, work_out: Callable[[Any], T]) -> None:
        self._work_out = work_out
        self.__doc__ = work_out.__doc__

    def __get__(self, fact: Any, owner: type) -> T:
        value = fact.__dict__[self._work_out.__name__] = self._work_out(fact)
        return value


class Closed(BaseModel):
    """A part of a fact: it never changes, and it says nothing that we do not know how to read."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True, ignored_types=(once,))


class Fact(Closed):
    """Something that happened. Its bytes are stored as they came and are never edited."""

    version: ClassVar[int] = 1

    type: str

    def subjects(self) -> tuple[Subject, ...]:
        """Return whom it concerns, each once."""
        raise NotImplementedError


class Attachment(Closed):
    """A photo or a paper that lies elsewhere, known by its digest."""

    sha256: Sha256
    media_type: Name


class Movement(Fact):
    """What every movement says: which, where, when, and how it was noticed."""

    takes_back: ClassVar[bool] = False
    """Whether it is a `TakingBack`: asked of every movement, and dearer to ask by its class."""

    even_after_the_end: ClassVar[bool] = False
    """Whether it says something of a battery that is no more, too."""

    id: MovementId
    occurred_at: Instant
    site: SiteId
    operator: Name | None = None
    capture: Capture | None = None
    terminal_sequence: Count | None = None
    previous: Sha256 | None = None
    signature: Signature | None = None
    note: Note | None = None
    attachments: tuple[Attachment, ...] = Field(default=(), max_length=ATTACHMENTS_MAX)

    @once
    def at(self) -> Millis:
        """When it happened, as its terminal claims."""
        return millis(self.occurred_at)

    @once
    def order(self) -> Order:
        """Its place in effective order: nothing of its arrival counts."""
        return self.at, type_ranks[self.type], self.id

    def batteries_named(self) -> tuple[str, ...]:
        """Return the battery references that it says something of, each once."""
        return ()

    def consignments_named(self) -> tuple[str, ...]:
        """Return the consignments that it says something of, each once."""
        return ()

    def order_named(self) -> str | None:
        """Return the order for the service that it says something of."""
        return None

    def subjects(self) -> tuple[Subject, ...]:
        order = self.order_named()
        return (
            f"movement:{self.id}",
            f"site:{self.site}",
            *([f"order:{order}"] if order else ()),
            *[f"consignment:{no}" for no in self.consignments_named()],
            *[f"battery:{ref}" for ref in self.batteries_named()],
        )

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        """Say what we believe of a battery after this, given what we believed before."""
        return battery
