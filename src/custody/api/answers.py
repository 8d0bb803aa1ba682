"""What do answers look like? These models are what the OpenAPI document says of them."""

from typing import Any, Generic, Literal, TypeVar

from pydantic import BaseModel, ConfigDict, Field

from custody.access import How, Role
from custody.events.registry import Location
from custody.events.vocabulary import (
    Chemistry,
    Condition,
    SiteKind,
    State,
    StorageClass,
)

Item = TypeVar("Item")
Moment = str


class Answer(BaseModel):
    """What is answered never says more than its model."""

    model_config = ConfigDict(extra="forbid", populate_by_name=True)


class WayOn(Answer):
    """One thing that can be done about a battery's code that is not valid."""

    way: Literal["post_as_maker", "read_again", "tag", "near"]
    detail: str
    refs: list[str]


class FieldProblem(Answer):
    """One thing wrong with one field."""

    pointer: str
    code: str
    detail: str
    ways_on: list[WayOn] = Field(default=[])


class Problem(Answer):
    """RFC 9457. `code` is stable; `title` and `detail` follow Accept-Language."""

    type: str
    title: str
    status: int
    detail: str
    code: str
    request_id: str
    errors: list[FieldProblem] = Field(default=[])


class Remark(Answer):
    """Advice given at recording: the fact is recorded all the same."""

    code: str
    severity: Literal["low", "medium", "high", "critical"]
    detail: str
    subjects: list[str]


class Receipt(Answer):
    """Where a movement stands in the ledger; again and again the same answer."""

    id: str
    status: Literal["recorded", "duplicate"]
    position: int
    recorded_at: Moment
    remarks: list[Remark]


class RefusedMovement(Answer):
    """A movement of many that was not recorded, and why."""

    id: str | None = None
    status: Literal["refused"]
    problem: Problem


class Results(Answer):
    """What became of each of many, in their order."""

    results: list[Receipt | RefusedMovement]
    position: int


class Registered(Answer):
    """What became of a registration."""

    party: str
    status: Literal["registered", "changed", "unchanged"]
    position: int


class Page(Answer, Generic[Item]):
    """A page of a list; `next` is absent on the last."""

    items: list[Item]
    next: str = Field(default="")


class BatteryRow(Answer):
    """A battery in a list."""

    ref: str
    state: State | None
    site: str | None
    place: str | None
    custodian: str | None
    consignment: str | None
    since: Moment | None
    condition: list[Condition]
    storage_class: StorageClass | None = Field(alias="class")
    grade: str | None
    chemistry: Chemistry
    mass_g: int | None
    version: int
    must_treat: bool


class OpenRemark(Remark):
    """A remark on a fact that still counts."""

    movement: str
    position: int


class Battery(BatteryRow):
    """Where a battery is and who answers for it."""

    codes: list[str]
    holds: list[str]
    open_remarks: list[OpenRemark]
    position: int


class HistoryItem(Answer):
    """One fact of a battery's history. `data` is the movement as it was posted."""

    position: int
    id: str
    type: str
    version: int
    occurred_at: Moment
    recorded_at: Moment
    late: bool
    voided_by: str | None
    corrected_by: str | None
    data: dict[str, Any]
    remarks: list[Remark]


class RedactedItem(Answer):
    """A fact whose body was destroyed: that it was there, and nothing of what it said."""

    position: int
    redacted: Literal[True]


class History(Answer):
    """Every fact about a battery, none left out."""

    ref: str
    items: list[HistoryItem | RedactedItem]
    position: int


class Fact(Answer):
    """One record of the feed. A registration has no id and no `occurred_at`."""

    position: int
    id: str | None
    type: str
    version: int
    occurred_at: Moment | None
    recorded_at: Moment
    subjects: list[str]
    data: dict[str, Any] | None


class InventoryRow(Answer):
    """How much of one kind a site holds."""

    state: State
    chemistry: Chemistry
    grade: str | None
    storage_class: StorageClass | None = Field(alias="class")
    pieces: int
    mass_g: int
    mass_unknown_pieces: int


class Inventory(Answer):
    """What a site holds. `mass_g` leaves out the pieces whose mass nobody knows."""

    site: str
    pieces: int
    mass_g: int
    mass_unknown_pieces: int
    capacity_g: int | None
    rows: list[InventoryRow]
    position: int


class Party(Answer):
    """What is registered of anyone."""

    active_from: Moment = Field(default="")
    active_to: Moment = Field(default="")


class Organisation(Party):
    """An organisation as it is registered."""

    uscc: str
    name: str
    contact: str = Field(default="")


class Site(Party):
    """A site as it is registered."""

    site: str
    kind: SiteKind
    name: str
    division: str
    organisation: str
    capacity_g: int = Field(default=0)
    capacity_pieces: int = Field(default=0)
    location: Location = Field(default=Location(lon=0, lat=0))
    licences: list[str] = Field(default=[])


class Terminal(Party):
    """A terminal as it is registered."""

    terminal: str
    site: str
    public_key: str = Field(default="")


class Me(Answer):
    """Who asks."""

    key: str
    role: Role
    site: str | None
    terminal: str | None
    organisation: str | None
    division: str | None
    name: str | None
    created_at: Moment | None
    authenticated_by: How


class Health(Answer):
    """The process answers."""

    status: Literal["ok"]


class Readiness(Answer):
    """The database answers too: how far the ledger and the projections are."""

    status: Literal["ready"]
    position: int
    projected: int
