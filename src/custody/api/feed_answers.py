"""What does the feed tell, page by page and as it grows, in either envelope?"""

from typing import Any, Literal

from pydantic import Field, RootModel

from custody.api.answers import Answer, Fact, Moment


class CloudEvent(Answer):
    """One record of the feed as CloudEvents 1.0 has it; `data` is what the record says."""

    specversion: Literal["1.0"]
    id: str = Field(description="The movement's own id; of what is none, `position:` and where.")
    source: str
    type: str = Field(description="`custody.` and the fact's type.")
    subject: str
    time: Moment = Field(description="When it happened; of what is no movement, when recorded.")
    datacontenttype: Literal["application/json"]
    position: int
    factversion: int
    recordedat: Moment
    subjects: str = Field(description="Whom it concerns, with blanks between.")
    data: dict[str, Any] | None = Field(description="Null of a fact whose body was destroyed.")


class Reached(Answer):
    """How far a stream has come while nothing of what was chosen has."""

    position: int


class Facts(Answer):
    """A stretch of the ledger; `next` is absent when nothing is left."""

    items: list[Fact] | list[CloudEvent]
    next: int = Field(default=0, description="Pass it as ?after=; absent when nothing is left.")


class Delivery(Answer):
    """Facts that are pushed to a receiver."""

    subscription: str
    after: int = Field(description="All up to here were taken before, or were not chosen.")
    next: int = Field(description="How far the receiver has come with this.")
    items: list[Fact]


class CloudEventBatch(RootModel[list[CloudEvent]]):
    """Facts that are pushed to a receiver, as CloudEvents."""
