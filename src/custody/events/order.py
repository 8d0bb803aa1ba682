"""What is ordered of the service, and how far has it come? 上门、换新、线上与车队回收的预约单."""

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator
from pydantic_core import PydanticCustomError

from custody.events.fact import Closed, Movement
from custody.events.journey import About
from custody.events.vocabulary import Count, DepositorKind, Instant, Key
from custody.terms import Millis, millis

Service = Literal["pickup", "trade_in", "online", "fleet"]
OrderStep = Literal["ordered", "scheduled", "collected", "failed", "cancelled"]
Failure = Literal[
    "nobody_there",
    "address_wrong",
    "not_handed_over",
    "wrong_item",
    "unsafe",
    "no_vehicle",
    "other",
]


class Window(Closed):
    """Between which instants somebody is to come."""

    from_: Instant = Field(alias="from")
    to: Instant

    @model_validator(mode="after")
    def _ends_after_it_begins(self) -> Self:
        if self.to < self.from_:
            raise PydanticCustomError("window_reversed", "`to` lies before `from`")
        return self

    @property
    def begins(self) -> Millis:
        """Since when somebody may come."""
        return millis(self.from_)

    @property
    def ends(self) -> Millis:
        """Until when somebody should have come."""
        return millis(self.to)


class OrderAdvanced(Movement):
    """预约: an order was placed, or came a step further."""

    type: Literal["order"]
    order_reference: Key = Field(alias="order")
    service: Service
    step: OrderStep
    division: Annotated[str, Field(pattern=r"^[0-9]{6}$")] | None = None
    scheduled_for: Window | None = None
    sales_reference: Key | None = None
    depositor: Key | None = None
    depositor_kind: DepositorKind | None = None
    pieces: Count | None = None
    failure: Failure | None = None

    def order_named(self) -> str:
        return self.order_reference

    def subjects(self) -> tuple[str, ...]:
        """Return whom it concerns; its steps apart, so that who judges an order reads them alone.

        What was collected under one order may be thousands of batteries.
        """
        return (*super().subjects(), f"steps:{self.order_reference}")


def of_order(no: str) -> About:
    """Tell the facts that speak of an order: its steps, and what was dropped off under it."""
    return lambda fact: fact.order_named() == no
