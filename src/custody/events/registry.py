"""Who takes part, and which ways are open? What is registered of parties and routes, since when."""

from typing import Annotated, Literal

from pydantic import Field

from custody.events.fact import Closed, Fact, once
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

DivisionPrefix = Annotated[str, Field(pattern=r"^([0-9]{2}|[0-9]{4}|[0-9]{6})$")]
"""A province, a city or a county, by as many digits of its code as it has of its own."""

ALWAYS: Millis = -(2**53)
FOREVER: Millis = 2**53


class Location(Closed):
    """Where a site lies, in degrees (WGS-84)."""

    lon: Annotated[float, Field(ge=-180, le=180)]
    lat: Annotated[float, Field(ge=-90, le=90)]


class Registration(Fact):
    """What holds of a party or route from `active_from` on, until a later registration overrules.

    A party is whoever or whatever is registered: an organisation, a site, a terminal, a route.
    """

    active_from: Instant | None = None
    active_to: Instant | None = None

    @once
    def holds_from(self) -> Millis:
        """Since when it counts; a registration without `active_from` always did."""
        return ALWAYS if self.active_from is None else millis(self.active_from)

    @once
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


class RouteRegistered(Registration):
    """Batteries may go from sites of one kind to sites of another; or, unless `allowed`, may not.

    It overrules the network's usual routes, everywhere or in one province, city or county.
    """

    type: Literal["route_registered"]
    from_kind: SiteKind
    to_kind: SiteKind
    division: DivisionPrefix | None = None
    """Where the sending site lies."""
    allowed: bool = True

    def party(self) -> Subject:
        return route(self.from_kind, self.to_kind, self.division)


def route(from_kind: SiteKind, to_kind: SiteKind, division: str | None = None) -> Subject:
    """Name a route; that of a division is another than that of the whole country."""
    return f"route:{from_kind}/{to_kind}" + (f"/{division}" if division else "")
