"""What can happen to a consignment between two sites?"""

from collections.abc import Iterable
from hashlib import sha256
from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from custody.events.fact import Closed, Movement, once
from custody.events.listing import each_once
from custody.events.vocabulary import (
    BATTERIES_MAX,
    SEALS_MAX,
    Batteries,
    BatteriesOrNone,
    BatteryRef,
    ConsignmentNo,
    Grams,
    Instant,
    Name,
    RejectionReason,
    Sha256,
    SiteId,
)
from custody.events.whereabouts import Whereabouts, handled, on_the_road
from custody.terms import Millis, millis

Seals = Annotated[tuple[Name, ...], Field(max_length=SEALS_MAX)]


def items_digest(refs: Iterable[str]) -> str:
    """Return what sender and receiver compare to know that they mean the same set of batteries.

    SHA-256, in hexadecimal, over the references in order, one a line without a last line break.
    """
    return sha256("\n".join(sorted(refs)).encode()).hexdigest()


class Dispatched(Movement):
    """交出: a consignment leaves with its carrier."""

    type: Literal["dispatch"]
    consignment: ConsignmentNo
    batteries: Batteries
    to_site: SiteId
    carrier: Name
    vehicle: Name | None = None
    seals: Seals | None = None
    un_number: Annotated[str, Field(pattern=r"^[0-9]{4}$")] | None = None
    packing_instruction: Annotated[str, Field(pattern=r"^[A-Z]{1,3}[0-9]{3}$")] | None = None
    gross_mass_g: Grams | None = None
    expected_at: Instant | None = None
    returns: ConsignmentNo | None = None
    items_digest: Sha256 | None = None

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        each_once(batteries=self.batteries)
        return self

    def batteries_named(self) -> tuple[str, ...]:
        return self.batteries

    def consignments_named(self) -> tuple[str, ...]:
        if self.returns is None or self.returns == self.consignment:
            return (self.consignment,)
        return (self.consignment, self.returns)

    @property
    def due(self) -> Millis | None:
        """When it should arrive, if its sender said so."""
        return None if self.expected_at is None else millis(self.expected_at)

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        return on_the_road(battery, self.consignment, self.carrier, self.site, self.at)


class HandedOn(Movement):
    """转交: one carrier gives a consignment to the next."""

    type: Literal["hand_on"]
    consignment: ConsignmentNo
    from_carrier: Name
    to_carrier: Name
    vehicle: Name | None = None

    def consignments_named(self) -> tuple[str, ...]:
        return (self.consignment,)

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        """Change hands only with what a carrier has in it: the batteries are not named."""
        on_its_way = battery["state"] == "in_transit" and battery["custodian"] is not None
        if not on_its_way or battery["consignment"] != self.consignment:
            return battery
        return {**battery, "custodian": f"carrier:{self.to_carrier}"}


class Rejection(Closed):
    """A battery that the receiver would not take, and why."""

    battery: BatteryRef
    reason: RejectionReason


class Received(Movement):
    """接收: the receiver counted what arrived, item by item."""

    type: Literal["receive"]
    consignment: ConsignmentNo
    accepted: BatteriesOrNone
    rejected: Annotated[tuple[Rejection, ...], Field(max_length=BATTERIES_MAX)] = ()
    missing: BatteriesOrNone = ()
    extra: BatteriesOrNone = ()
    seals_intact: bool | None = None
    seals: Seals | None = None
    net_mass_g: Grams | None = None
    items_digest: Sha256 | None = None

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        each_once(
            accepted=self.accepted,
            rejected=[one.battery for one in self.rejected],
            missing=self.missing,
            extra=self.extra,
        )
        return self

    def batteries_named(self) -> tuple[str, ...]:
        turned_away = (one.battery for one in self.rejected)
        return (*self.accepted, *turned_away, *self.missing, *self.extra)

    def consignments_named(self) -> tuple[str, ...]:
        return (self.consignment,)

    @once
    def taken(self) -> frozenset[str]:
        """What the receiver has in its hands: a set, because hundreds of batteries ask in turn."""
        return frozenset((*self.accepted, *self.extra))

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        if ref in self.taken:
            return handled(battery, self.site, self.at)
        same = battery["consignment"] == self.consignment
        consignor = battery["consignor"] if same else None
        carrier = battery["custodian"] if same else None
        if carrier and not carrier.startswith("carrier:"):
            carrier = None
        back = on_the_road(battery, self.consignment, None, consignor, self.at)
        if ref in self.missing:
            return {**back, "state": "missing", "custodian": consignor and f"site:{consignor}"}
        return {**back, "custodian": carrier}
