"""What does an answer about a consignment look like?"""

from typing import Literal

from custody.api.answers import Answer, Moment
from custody.events.vocabulary import RejectionReason


class Consignment(Answer):
    """What left against what arrived, in numbers of pieces."""

    no: str
    state: (
        Literal["released", "received", "part_received", "rejected", "unmatched", "closed"] | None
    )
    from_site: str | None
    to_site: str | None
    carrier: str | None
    dispatched_at: Moment | None
    expected_at: Moment | None
    received_at: Moment | None
    returns: str | None
    released: int
    accepted: int
    rejected: int
    missing: int
    extra: int
    returned: int


class ConsignmentItem(Answer):
    """One battery of a consignment."""

    battery: str
    released: bool
    outcome: Literal["accepted", "rejected", "missing", "extra"] | None
    reason: RejectionReason | None
    returned_in: str | None


class ConsignmentDetail(Consignment):
    """A consignment, item by item."""

    carriers: list[str]
    vehicle: str | None
    un_number: str | None
    packing_instruction: str | None
    seals: list[str] | None
    seals_received: list[str] | None
    seals_intact: bool | None
    gross_mass_g: int | None
    net_mass_g: int | None
    returned_in: list[str]
    released_digest: str | None
    received_digest: str | None
    items: list[ConsignmentItem]
    position: int
