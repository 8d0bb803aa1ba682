"""What does an answer about a route look like?"""

from pydantic import Field

from custody.api.answers import Party
from custody.events.vocabulary import SiteKind


class Route(Party):
    """A way from sites of one kind to sites of another, as it is registered."""

    from_kind: SiteKind
    to_kind: SiteKind
    division: str = Field(default="")
    allowed: bool
