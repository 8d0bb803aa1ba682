"""What does the feed tell, page by page and as it grows, in either envelope?"""

from typing import Any, Literal

from pydantic import Field, RootModel

from custody.api.answers import Answer, Fact, Moment


class CloudEvent(Answer):
    """One record of the feed as CloudEvents 1.0 has it; `data` is what the record says."""

    specversion: Literal["1.0"]
    id: str
    source: str
    type: str
    subject: str
    time: Moment
    datacontenttype: Literal["application/json"]
    position: int
    factversion: int
    recordedat: Moment
    subjects: str
    data: dict[str, Any] | None


class Reached(Answer):
    """How far a stream has come while nothing of what was chosen has."""

    position: int


class Facts(Answer):
    """A stretch of the ledger; `next` is absent when nothing is left."""

    items: list[Fact] | list[CloudEvent]
    next: int = Field(default=0)


class Delivery(Answer):
    """Facts that are pushed to a receiver."""

    subscription: str
    after: int
    next: int
    items: list[Fact]


class CloudEventBatch(RootModel[list[CloudEvent]]):
    """Facts that are pushed to a receiver, as CloudEvents."""
