"""What do answers look like that count what is held, at a site or in the whole network?"""

from typing import Literal

from custody.api import answers
from custody.api.answers import Answer


class Capacity(Answer):
    """What a site may hold, and how much of it is used."""

    limit_g: int | None
    limit_pieces: int | None
    source: Literal["registered", "default"] | None
    used_pct: int | None
    level: Literal["ok", "near", "over", "critical"] | None


class Inventory(answers.Inventory):
    """What a site holds. `mass_g` leaves out the pieces whose mass nobody knows."""

    capacity: Capacity


class Area(Answer):
    """What the sites of an area or a tier hold together."""

    code: str
    name: str | None
    sites: int
    sites_over_capacity: int
    pieces: int
    mass_g: int
    mass_unknown_pieces: int
