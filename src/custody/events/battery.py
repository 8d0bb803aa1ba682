"""What can happen to a battery at a site?"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from custody.events.fact import Closed, Movement
from custody.events.listing import each_once
from custody.events.vocabulary import (
    OUTPUTS_MAX,
    Batteries,
    BatteriesOrNone,
    BatteryRef,
    Channel,
    Chemistry,
    Condition,
    Count,
    DepositorKind,
    Fraction,
    Grams,
    Key,
    Name,
    Percent,
    StorageClass,
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

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        said = self.battery
        after = handled(battery, self.site, self.at)
        return {
            **after,
            "chemistry": said.chemistry or after["chemistry"],
            "mass_g": after["mass_g"] if said.mass_g is None else said.mass_g,
            "condition": after["condition"] if said.condition is None else said.condition,
        }


class Stored(Movement):
    """入库/移位: batteries are put into a place."""

    type: Literal["store"]
    batteries: Batteries
    place: Name
    storage_class: StorageClass | None = Field(default=None, alias="class")

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
        }


class Inspected(Movement):
    """检测: a battery was looked at and measured."""

    type: Literal["inspect"]
    battery: BatteryRef
    verdict: Verdict
    condition: Conditions | None = None
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
        return {
            **after,
            "condition": after["condition"] if self.condition is None else self.condition,
            "mass_g": after["mass_g"] if self.mass_g is None else self.mass_g,
        }


class Output(Closed):
    """What came out of a battery: a kind of matter and its mass."""

    fraction: Fraction
    mass_g: Grams


class Dismantled(Movement):
    """拆解: a battery was taken apart and is no more; parts with codes of their own begin here."""

    type: Literal["dismantle"]
    battery: BatteryRef
    outputs: Annotated[tuple[Output, ...], Field(max_length=OUTPUTS_MAX)]
    loss_g: Grams | None = None
    children: BatteriesOrNone = ()

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        each_once(battery=(self.battery,), children=self.children)
        return self

    def batteries_named(self) -> tuple[str, ...]:
        return (self.battery, *self.children)

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        after = handled(battery, self.site, self.at)
        if ref != self.battery:
            return after
        return {**after, "state": "dismantled", "place": None, "since": self.at}
