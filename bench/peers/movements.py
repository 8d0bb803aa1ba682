"""What would one write as request models, the obvious way? As much as FastAPI's tutorial does."""

from datetime import datetime
from typing import Annotated, Literal

from pydantic import BaseModel, Field, TypeAdapter


class Movement(BaseModel):
    """What every movement says."""

    id: str
    occurred_at: datetime
    site: str
    operator: str | None = None


class Pack(BaseModel):
    """A battery as it is described."""

    code: str
    chemistry: str = "unknown"
    mass_g: int = 0


class DropOff(Movement):
    """A battery enters the network."""

    type: Literal["drop_off"]
    battery: Pack
    channel: str


class Store(Movement):
    """Batteries are put into a place."""

    type: Literal["store"]
    batteries: list[str]
    place: str


class Inspect(Movement):
    """A battery was looked at."""

    type: Literal["inspect"]
    battery: str
    verdict: str


class Dispatch(Movement):
    """A consignment leaves."""

    type: Literal["dispatch"]
    consignment: str
    batteries: list[str]
    to_site: str
    carrier: str


class Receive(Movement):
    """A consignment arrives."""

    type: Literal["receive"]
    consignment: str
    accepted: list[str]


AnyMovement = Annotated[DropOff | Store | Inspect | Dispatch | Receive, Field(discriminator="type")]
adapter: TypeAdapter[DropOff | Store | Inspect | Dispatch | Receive] = TypeAdapter(AnyMovement)
