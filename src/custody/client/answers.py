"""What does the service tell of movements, facts, whoever takes part, and itself?

Each class has the name and the fields that the OpenAPI document gives it; instants have an offset.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Literal, TypeVar

T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Remark:
    """Advice given at recording: the fact is recorded all the same."""

    code: str
    severity: str
    """`low`, `medium`, `high` or `critical`."""
    detail: str
    subjects: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Receipt:
    """Where a movement stands in the ledger; again and again the same answer."""

    id: str
    status: Literal["recorded", "duplicate"]
    position: int
    recorded_at: datetime
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Registered:
    """What became of a registration."""

    party: str
    status: str
    """`registered`, `changed` or `unchanged`."""
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Page(Generic[T]):
    """A page of a list; `next` is empty on the last."""

    items: tuple[T, ...]
    next: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One record of the feed. A registration has no id and no `occurred_at`."""

    position: int
    id: str | None
    type: str
    version: int
    occurred_at: datetime | None
    recorded_at: datetime
    subjects: tuple[str, ...]
    data: dict[str, Any] | None
    """None of a fact whose body was destroyed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """A stretch of the ledger; `next` is 0 when nothing is left."""

    items: tuple[Fact, ...]
    next: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Location:
    """Where something lies, in degrees."""

    lon: float
    lat: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Party:
    """What is registered of anyone: from when to when; None is always, and for good."""

    active_from: datetime | None = None
    active_to: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Organisation(Party):
    """An organisation as it is registered."""

    uscc: str
    name: str
    contact: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Site(Party):
    """A site as it is registered."""

    site: str
    kind: str
    name: str
    division: str
    organisation: str
    capacity_g: int | None = None
    capacity_pieces: int | None = None
    location: Location | None = None
    licences: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True, kw_only=True)
class Terminal(Party):
    """A terminal as it is registered; without a public key its signatures vouch for nothing."""

    terminal: str
    site: str
    public_key: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Route(Party):
    """A way from sites of one kind to sites of another, as it is registered."""

    from_kind: str
    to_kind: str
    division: str = ""
    allowed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Me:
    """Who asks."""

    key: str
    role: str
    site: str | None
    terminal: str | None
    organisation: str | None
    division: str | None
    name: str | None
    created_at: datetime | None
    authenticated_by: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """The process answers."""

    status: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Readiness:
    """The database answers too: how far the ledger and the projections are."""

    status: str
    position: int
    projected: int
