"""What did a partner tell us in the words of EPCIS? Kept as it was sent, whatever we make of it."""

from typing import Annotated, Literal

from pydantic import Field

from custody.events.fact import Fact
from custody.events.vocabulary import INTEGER_MAX, MovementId, Name, SiteId
from custody.terms import Millis, Subject

EVENT_ID_MAX = 500
"""Characters of an event's id."""

EventId = Annotated[str, Field(pattern=r"^\S+$", max_length=EVENT_ID_MAX)]


class EventCaptured(Fact):
    """收讫: an EPCIS event came in. It says nothing of a battery until it is read as a movement.

    It is told apart from another by its id and by the moment of its error declaration, if it is
    one: a declaration stands beside the event that it declares wrong, and replaces nothing.
    """

    type: Literal["epcis"]
    event_id: EventId
    declared_at: Annotated[Millis, Field(ge=-INTEGER_MAX, le=INTEGER_MAX)] | None = None
    said: str
    """The event, in its sender's very own text."""
    context: str
    """The JSON-LD context by which its sender's own names are read."""
    hash: str
    """The CBV's hash of the event, with the version that it was made by."""
    capture: Name
    """The capture that it came with."""
    movements: tuple[MovementId, ...] = ()
    """Which movements of ours it was read as, when it came in."""
    sites: tuple[SiteId, ...] = ()
    """Whose it is to see: the site that captured it."""
    organisation: Name | None = None
    """Or the organisation that did."""

    def subjects(self) -> tuple[Subject, ...]:
        return (
            f"event:{self.event_id}",
            f"capture:{self.capture}",
            *(f"site:{site}" for site in self.sites),
            *([f"organisation:{self.organisation}"] if self.organisation else ()),
        )


class MasterDataCaptured(Fact):
    """收讫: what the header of a document says of places, parties and classes. Kept as it came."""

    type: Literal["epcis_master_data"]
    said: str
    """The header, in its sender's very own text."""
    context: str
    """The JSON-LD context by which its sender's own names are read."""
    capture: Name
    """The capture that it came with."""
    sites: tuple[SiteId, ...] = ()
    organisation: Name | None = None

    def subjects(self) -> tuple[Subject, ...]:
        return (
            f"master_data:{self.capture}",
            f"capture:{self.capture}",
            *(f"site:{site}" for site in self.sites),
            *([f"organisation:{self.organisation}"] if self.organisation else ()),
        )
