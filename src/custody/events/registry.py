"""Who takes part? What is registered of organisations, sites and terminals, and from when."""

from typing import Annotated, Literal

from pydantic import Field

from custody.events.fact import Closed, Fact
from custody.events.vocabulary import (
    Count,
    Grams,
    Instant,
    Key,
    Name,
    SiteId,
    SiteKind,
    TerminalId,
    Uscc,
)
from custody.terms import Millis, Subject, millis

REGISTRY: Subject = "registry"
"""Every registration is about this too: whoever judges by the registry sees it change."""

ALWAYS: Millis = -(2**53)
FOREVER: Millis = 2**53


class Location(Closed):
    """Where a site lies, in degrees (WGS-84)."""

    lon: Annotated[float, Field(ge=-180, le=180, strict=False)]
    lat: Annotated[float, Field(ge=-90, le=90, strict=False)]


class Registration(Fact):
    """What holds of one party from `active_from` on, until a later registration says otherwise."""

    active_from: Instant | None = None
    active_to: Instant | None = None

    @property
    def holds_from(self) -> Millis:
        """Since when it counts; a registration without `active_from` always did."""
        return ALWAYS if self.active_from is None else millis(self.active_from)

    @property
    def holds_to(self) -> Millis:
        """Until when the party is active under it."""
        return FOREVER if self.active_to is None else millis(self.active_to)

    def party(self) -> Subject:
        """Return whom it registers."""
        raise NotImplementedError

    def subjects(self) -> tuple[Subject, ...]:
        return (self.party(), REGISTRY)


class OrganisationRegistered(Registration):
    """An organisation takes part in the network."""

    type: Literal["organisation_registered"]
    uscc: Uscc
    name: Name
    contact: Name | None = None

    def party(self) -> Subject:
        return f"organisation:{self.uscc}"


class SiteRegistered(Registration):
    """A site of an organisation: its tier, its place in the country, and what it may hold."""

    type: Literal["site_registered"]
    site: SiteId
    kind: SiteKind
    name: Name
    division: Annotated[str, Field(pattern=r"^[0-9]{6}$")]
    organisation: Uscc
    capacity_g: Grams | None = None
    capacity_pieces: Count | None = None
    location: Location | None = None
    licences: Annotated[tuple[Key, ...], Field(max_length=20)] = ()

    def party(self) -> Subject:
        return f"site:{self.site}"


class TerminalRegistered(Registration):
    """A device that posts for one site."""

    type: Literal["terminal_registered"]
    terminal: TerminalId
    site: SiteId
    public_key: Annotated[str, Field(pattern=r"^[A-Za-z0-9_-]{43}$")] | None = None

    def party(self) -> Subject:
        return f"terminal:{self.terminal}"
