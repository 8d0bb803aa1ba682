"""What can happen to a battery while it stands at a site?"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from custody.events.fact import Closed, Movement
from custody.events.listing import each_once
from custody.events.vocabulary import (
    Batteries,
    BatteryRef,
    Channel,
    Chemistry,
    Condition,
    Count,
    DepositorKind,
    GradeName,
    Grams,
    Key,
    Name,
    Percent,
    Route,
    StorageClass,
    TagReason,
    Treatment,
    Verdict,
)
from custody.events.whereabouts import Whereabouts, handled

Conditions = Annotated[tuple[Condition, ...], Field(max_length=8)]


class Described(Closed):
    """A pack as it is described when it enters the network."""

    code: BatteryRef
    chemistry: Chemistry | None = None
    nominal_voltage_mv: Count | None = None
    rated_capacity_mah: Count | None = None
    mass_g: Grams | None = None
    condition: Conditions | None = None
    maker: Name | None = None
    brand: Name | None = None

    def known_of(self, battery: Whereabouts) -> Whereabouts:
        """Let what is said of the pack count; what is left unsaid stays as it was believed."""
        return {
            **battery,
            "chemistry": self.chemistry or battery["chemistry"],
            "mass_g": battery["mass_g"] if self.mass_g is None else self.mass_g,
            "condition": battery["condition"] if self.condition is None else self.condition,
        }


class DroppedOff(Movement):
    """交售: a battery enters the network."""

    type: Literal["drop_off"]
    battery: Described
    channel: Channel
    depositor_kind: DepositorKind | None = None
    depositor: Key | None = None
    order_reference: Key | None = Field(default=None, alias="order")

    def batteries_named(self) -> tuple[str, ...]:
        return (self.battery.code,)

    def order_named(self) -> str | None:
        return self.order_reference

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        return self.battery.known_of(handled(battery, self.site, self.at))


class Tagged(Movement):
    """赋码: a pack without a legible code gets a tag; its older code, if any, stays its own."""

    type: Literal["tag"]
    battery: Described
    reason: TagReason
    same_as: BatteryRef | None = None

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        each_once(battery=(self.battery.code,), same_as=(self.same_as,) if self.same_as else ())
        return self

    def batteries_named(self) -> tuple[str, ...]:
        return (self.battery.code, self.same_as) if self.same_as else (self.battery.code,)

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        return self.battery.known_of(handled(battery, self.site, self.at))


class Stored(Movement):
    """入库/移位: batteries are put into a place, and made safe if they had to be."""

    type: Literal["store"]
    batteries: Batteries
    place: Name
    storage_class: StorageClass | None = Field(default=None, alias="class")
    treatment: Annotated[tuple[Treatment, ...], Field(max_length=6)] | None = None
    state_of_charge_pct: Percent | None = None

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        each_once(batteries=self.batteries)
        return self

    def batteries_named(self) -> tuple[str, ...]:
        return self.batteries

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        after = handled(battery, self.site, self.at)
        return {
            **after,
            "place": self.place,
            "storage_class": self.storage_class or after["storage_class"],
            "must_treat": after["must_treat"] and not self.treatment,
        }


class Measured(Movement):
    """What was measured on one battery."""

    battery: BatteryRef
    mass_g: Grams | None = None
    open_circuit_voltage_mv: Count | None = None
    max_output_voltage_mv: Count | None = None
    internal_resistance_mohm: Count | None = None
    state_of_charge_pct: Percent | None = None
    capacity_fade_pct: Percent | None = None

    def batteries_named(self) -> tuple[str, ...]:
        return (self.battery,)

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        after = handled(battery, self.site, self.at)
        return after if self.mass_g is None else {**after, "mass_g": self.mass_g}


class Inspected(Measured):
    """检测: a battery was looked at and measured. Is it safe to pack?"""

    type: Literal["inspect"]
    verdict: Verdict
    condition: Conditions | None = None

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        after = super().effect(ref, battery)
        return {
            **after,
            "condition": after["condition"] if self.condition is None else self.condition,
            "must_treat": self.verdict == "treat",
        }


class Graded(Measured):
    """分级: it was said what a battery is still good for, and where it should go."""

    type: Literal["grade"]
    grade: GradeName
    route: Route | None = None

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        return {**super().effect(ref, battery), "grade": self.grade}
