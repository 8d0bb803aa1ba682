"""What does the service tell of batteries, consignments and what a site holds?

Each class has the name and the fields that the OpenAPI document gives it; instants have an offset.
"""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Literal

from custody.client.answers import Remark
from custody.client.reading import named


@dataclass(frozen=True, slots=True, kw_only=True)
class BatteryRow:
    """A battery in a list."""

    ref: str
    state: str | None
    site: str | None
    place: str | None
    custodian: str | None
    """Who answers for it: its site's organisation, or the carrier."""
    consignment: str | None
    since: datetime | None
    condition: tuple[str, ...]
    storage_class: str | None = field(metadata=named("class"))
    grade: str | None
    chemistry: str
    mass_g: int | None
    version: int
    must_treat: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenRemark(Remark):
    """A remark on a fact that still counts."""

    movement: str
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Battery(BatteryRow):
    """Where a battery is and who answers for it."""

    codes: tuple[str, ...]
    holds: tuple[str, ...]
    open_remarks: tuple[OpenRemark, ...]
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryItem:
    """One fact of a battery's history. `data` is the movement as it was posted."""

    position: int
    id: str
    type: str
    version: int
    occurred_at: datetime
    recorded_at: datetime
    late: bool
    voided_by: str | None
    corrected_by: str | None
    data: dict[str, Any]
    remarks: tuple[Remark, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class RedactedItem:
    """A fact whose body was destroyed: that it was there, and nothing of what it said."""

    position: int
    redacted: Literal[True]


@dataclass(frozen=True, slots=True, kw_only=True)
class History:
    """Every fact about a battery, none left out."""

    ref: str
    items: tuple[HistoryItem | RedactedItem, ...]
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Capacity:
    """What a site may hold, and how much of it is used."""

    limit_g: int | None
    limit_pieces: int | None
    source: str | None
    used_pct: int | None
    level: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class InventoryRow:
    """How much of one kind a site holds."""

    state: str
    chemistry: str
    grade: str | None
    storage_class: str | None = field(metadata=named("class"))
    pieces: int
    mass_g: int
    mass_unknown_pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Inventory:
    """What a site holds. `mass_g` leaves out the pieces whose mass nobody knows."""

    site: str
    pieces: int
    mass_g: int
    mass_unknown_pieces: int
    capacity_g: int | None
    capacity: Capacity
    rows: tuple[InventoryRow, ...]
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Area:
    """What the sites of an area or a tier hold together."""

    code: str
    name: str | None
    sites: int
    sites_over_capacity: int
    pieces: int
    mass_g: int
    mass_unknown_pieces: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Consignment:
    """What left against what arrived, in numbers of pieces."""

    no: str
    state: str | None
    from_site: str | None
    to_site: str | None
    carrier: str | None
    dispatched_at: datetime | None
    expected_at: datetime | None
    received_at: datetime | None
    returns: str | None
    released: int
    accepted: int
    rejected: int
    missing: int
    extra: int
    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsignmentItem:
    """One battery of a consignment."""

    battery: str
    released: bool
    outcome: str | None
    reason: str | None
    returned_in: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConsignmentDetail(Consignment):
    """A consignment, item by item."""

    carriers: tuple[str, ...]
    vehicle: str | None
    un_number: str | None
    packing_instruction: str | None
    seals: tuple[str, ...] | None
    seals_received: tuple[str, ...] | None
    seals_intact: bool | None
    gross_mass_g: int | None
    net_mass_g: int | None
    returned_in: tuple[str, ...]
    released_digest: str | None
    received_digest: str | None
    items: tuple[ConsignmentItem, ...]
    position: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Book:
    """A page of one of a site's books; its lines have the columns of that book.

    All pages tell one moment. `next` is empty on the last.
    """

    site: str
    start: datetime = field(metadata=named("from"))
    to: datetime
    known_at: datetime | None
    position: int
    book: str
    items: tuple[dict[str, Any], ...]
    totals: dict[str, int]
    next: str = ""
