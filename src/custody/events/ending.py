"""How does a battery end, and what comes out of it?"""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from custody.events.fact import Closed, Movement
from custody.events.listing import each_once
from custody.events.vocabulary import (
    OUTPUTS_MAX,
    BatteriesOrNone,
    BatteryRef,
    Fraction,
    Grams,
    Key,
    Material,
    Name,
    State,
)
from custody.events.whereabouts import Whereabouts, handled


class Output(Closed):
    """A kind of matter that came out of a battery, and its mass."""

    fraction: Fraction
    mass_g: Grams


class Recovery(Closed):
    """A material that was won back, its mass, and how much of it is what its name says."""

    material: Material
    mass_g: Grams
    assay_pct: Annotated[float, Field(ge=0, le=100)] | None = None


Outputs = Annotated[tuple[Output, ...], Field(max_length=OUTPUTS_MAX)]
Recoveries = Annotated[tuple[Recovery, ...], Field(max_length=OUTPUTS_MAX)]


class Dismantled(Movement):
    """拆解: a battery was taken apart and is no more; parts with codes of their own begin here."""

    type: Literal["dismantle"]
    battery: BatteryRef
    outputs: Outputs
    loss_g: Grams | None = None
    children: BatteriesOrNone = ()

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        each_once(battery=(self.battery,), children=self.children)
        return self

    def batteries_named(self) -> tuple[str, ...]:
        return (self.battery, *self.children)

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        if ref != self.battery:
            return handled(battery, self.site, self.at)
        return _ended(battery, "dismantled", self)


class Recovered(Movement):
    """再生利用: matter went into a process, and materials came out of it."""

    type: Literal["recover"]
    outputs: Recoveries
    process: Name
    inputs: Outputs = ()
    batteries: BatteriesOrNone = ()

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        each_once(batteries=self.batteries)
        return self

    def batteries_named(self) -> tuple[str, ...]:
        return self.batteries

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        return _ended(battery, "recycled", self)


class Repurposed(Movement):
    """梯次利用: a battery became another product, with a code of its own."""

    type: Literal["second_life"]
    battery: BatteryRef
    use: Key
    new_code: BatteryRef | None = None

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        each_once(battery=(self.battery,), new_code=(self.new_code,) if self.new_code else ())
        return self

    def batteries_named(self) -> tuple[str, ...]:
        return (self.battery, self.new_code) if self.new_code else (self.battery,)

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        if ref != self.battery:
            return handled(battery, self.site, self.at)
        return _ended(battery, "second_life", self)


class Disposed(Movement):
    """最终处置: batteries, or what was left of them, went where nothing comes back from."""

    type: Literal["dispose"]
    batteries: BatteriesOrNone = ()
    fractions: Outputs = ()
    certificate: Name | None = None

    @model_validator(mode="after")
    def _disposes_of_something(self) -> Self:
        if not self.batteries and not self.fractions:
            raise PydanticCustomError("nothing_disposed", "batteries or fractions are needed")
        each_once(batteries=self.batteries)
        return self

    def batteries_named(self) -> tuple[str, ...]:
        return self.batteries

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        return _ended(battery, "disposed", self)


def _ended(battery: Whereabouts, state: State, fact: Movement) -> Whereabouts:
    after = handled(battery, fact.site, fact.at)
    return {**after, "state": state, "place": None, "since": fact.at}
