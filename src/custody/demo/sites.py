"""Which organisations, sites and terminals take part in the made-up weeks?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from custody.demo.places import County

POINT = "collection_point"
STATION = "transfer_station"
CENTRE = "sorting_centre"
BASE = "dismantling_base"


@dataclass(frozen=True, slots=True)
class Organisation:
    """Whoever answers for sites, or carries between them."""

    uscc: str
    name: str


@dataclass(frozen=True, slots=True)
class Site:
    """A place that handles batteries, and where it sends them on to, with whom."""

    id: str
    kind: str
    name: str
    county: County
    organisation: str
    capacity_g: int
    carrier: str | None = None
    feeds: str | None = None

    @property
    def terminal(self) -> str:
        """The one device that posts for this site."""
        return f"{self.id}-T1"


@dataclass(frozen=True)
class Network:
    """All who take part; a site is registered before any site that feeds it."""

    organisations: tuple[Organisation, ...]
    sites: tuple[Site, ...]

    @cached_property
    def by_id(self) -> dict[str, Site]:
        """Each site under its name."""
        return {site.id: site for site in self.sites}

    def of_kind(self, kind: str) -> list[Site]:
        """Return the sites of one kind."""
        return [site for site in self.sites if site.kind == kind]

    def registrations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield where to PUT what, in an order in which nobody is named before they are known."""
        for organisation in self.organisations:
            yield f"/v1/organisations/{organisation.uscc}", {"name": organisation.name}
        for site in self.sites:
            yield f"/v1/sites/{site.id}", _site(site)
        for site in self.sites:
            yield f"/v1/terminals/{site.terminal}", {"site": site.id}


def _site(site: Site) -> dict[str, Any]:
    return {
        "kind": site.kind,
        "name": site.name,
        "division": site.county.division,
        "organisation": site.organisation,
        "capacity_g": site.capacity_g,
        "location": {"lon": site.county.lon, "lat": site.county.lat},
    }
