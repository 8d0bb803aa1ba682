"""What does an answer about a consignment look like?"""

from typing import Literal

from pydantic import Field

from custody.api.answers import Answer, Moment
from custody.events.vocabulary import RejectionReason


class Consignment(Answer):
    """What left against what arrived, in numbers of pieces."""

    no: str
    state: (
        Literal["released", "received", "part_received", "rejected", "unmatched", "closed"] | None
    ) = Field(description="`closed`: whatever was not accepted has been sent back.")
    from_site: str | None
    to_site: str | None
    carrier: str | None = Field(description="Who has carried it last.")
    dispatched_at: Moment | None
    expected_at: Moment | None
    received_at: Moment | None
    returns: str | None = Field(description="The consignment of which this one sends back a part.")
    released: int
    accepted: int
    rejected: int
    missing: int
    extra: int
    returned: int = Field(description="Sent back in another consignment.")


class ConsignmentItem(Answer):
    """One battery of a consignment."""

    battery: str
    released: bool
    outcome: Literal["accepted", "rejected", "missing", "extra"] | None
    reason: RejectionReason | None
    returned_in: str | None = Field(description="The consignment that sent it back.")


class ConsignmentDetail(Consignment):
    """A consignment, item by item."""

    carriers: list[str] = Field(description="Whoever has carried it, in order.")
    vehicle: str | None
    un_number: str | None
    packing_instruction: str | None
    seals: list[str] | None = Field(description="As the sender wrote them down; null: not at all.")
    seals_received: list[str] | None
    seals_intact: bool | None
    gross_mass_g: int | None
    net_mass_g: int | None
    returned_in: list[str] = Field(description="The consignments that sent a part of it back.")
    released_digest: str | None = Field(
        description="SHA-256 over the references sent, in order, one a line."
    )
    received_digest: str | None = Field(
        description="The same over what the receiver had before it; equal if both mean one set."
    )
    items: list[ConsignmentItem]
    position: int
