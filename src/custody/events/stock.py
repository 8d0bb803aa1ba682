"""What befalls a site's stock: counts, accidents, and what an authority lays its hand on?"""

from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from custody.events.fact import Movement
from custody.events.listing import each_once
from custody.events.vocabulary import (
    BATTERIES_MAX,
    Batteries,
    BatteriesOrNone,
    BatteryRef,
    Condition,
    IncidentKind,
    Instant,
    Key,
    Name,
    TakeStep,
)
from custody.events.whereabouts import Whereabouts, handled

MARKS: dict[str, Condition] = {"fire": "burnt", "leak": "leaking"}
"""How a battery looks after an accident that leaves it where it is."""


class StockTaken(Movement):
    """盘点: somebody looked at the shelf, and this is what stood there at that moment."""

    type: Literal["stock_take"]
    counted: Annotated[tuple[BatteryRef, ...], Field(max_length=BATTERIES_MAX)]
    frozen_at: Instant
    scope: Name | None = None
    take: Key | None = None
    step: TakeStep | None = None

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        each_once(counted=self.counted)
        return self

    @property
    def name(self) -> str:
        """Which stock-take it is part of: one of its own unless it says so."""
        return self.take or self.id

    def batteries_named(self) -> tuple[str, ...]:
        return self.counted

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        return handled(battery, self.site, self.at)


class IncidentReported(Movement):
    """事件: fire, leak, theft or loss; or something lost was found."""

    type: Literal["incident"]
    kind: IncidentKind
    batteries: BatteriesOrNone
    case: Key | None = None

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        each_once(batteries=self.batteries)
        return self

    def batteries_named(self) -> tuple[str, ...]:
        return self.batteries

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        if self.kind == "found":
            return handled(battery, self.site, self.at)
        if self.kind in {"theft", "loss"}:
            return {**battery, "state": "lost", "place": None, "since": self.at}
        mark = MARKS[self.kind]
        if mark in battery["condition"]:
            return battery
        harmed = tuple(one for one in battery["condition"] if one != "intact")
        return {**battery, "condition": (*harmed, mark)}


class Holding(Movement):
    """What an authority does with batteries, where they are and whatever became of them."""

    even_after_the_end: ClassVar[bool] = True

    batteries: Batteries
    case: Key

    @model_validator(mode="after")
    def _names_each_once(self) -> Self:
        each_once(batteries=self.batteries)
        return self

    def batteries_named(self) -> tuple[str, ...]:
        return self.batteries


class HoldPlaced(Holding):
    """查封: an authority holds batteries."""

    type: Literal["hold"]

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        if self.case in battery["holds"]:
            return battery
        return {**battery, "holds": (*battery["holds"], self.case)}


class HoldReleased(Holding):
    """解除查封: the authority lets go of them."""

    type: Literal["release_hold"]

    def effect(self, ref: str, battery: Whereabouts) -> Whereabouts:
        if self.case not in battery["holds"]:
            return battery
        return {**battery, "holds": tuple(one for one in battery["holds"] if one != self.case)}
