"""Which organisations, sites and terminals take part in the made-up weeks?"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from custody import signing
from custody.demo.places import County, kilometres

POINT = "collection_point"
STATION = "transfer_station"
CENTRE = "sorting_centre"
BASE = "dismantling_base"
PLANT = "second_life_plant"
RECYCLER = "recycler"
DISPOSAL = "disposal_site"

USE = "solar_street_light"
"""The one second life that the network has a licence for."""


@dataclass(frozen=True, slots=True)
class Organisation:
    """Whoever answers for sites, or carries between them."""

    uscc: str
    name: str


@dataclass(frozen=True, slots=True, eq=False)
class Site:
    """A place that handles batteries, and where it sends them on to, with whom."""

    id: str
    kind: str
    name: str
    county: County
    organisation: str
    capacity_g: int
    carrier: str
    secret: bytes
    """What the device of this site signs with: 32 bytes, made from the network's seed."""
    feeds: str | None = None
    licences: tuple[str, ...] = ()
    is_remote: bool = False
    """Often without a signal: it numbers its consignments from a book."""

    @property
    def terminal(self) -> str:
        """The one device that posts for this site."""
        return f"{self.id}-T1"

    def signer(self) -> Ed25519PrivateKey:
        """Return the key of its device."""
        return Ed25519PrivateKey.from_private_bytes(self.secret)


@dataclass(frozen=True)
class Network:
    """All who take part; a site is registered before any site that feeds it."""

    organisations: tuple[Organisation, ...]
    sites: tuple[Site, ...]
    haulers: tuple[str, ...]
    """Carriers for long roads, who take over from those of an area."""

    @cached_property
    def by_id(self) -> dict[str, Site]:
        """Each site under its name."""
        return {site.id: site for site in self.sites}

    @cached_property
    def _by_kind(self) -> dict[str, list[Site]]:
        found: dict[str, list[Site]] = {}
        for site in self.sites:
            found.setdefault(site.kind, []).append(site)
        return found

    @cached_property
    def plant(self) -> Site:
        """The one plant that may give batteries a second life."""
        return next(site for site in self.of_kind(PLANT) if site.licences)

    @cached_property
    def cabinet(self) -> Site:
        """The point with the smallest capacity: as good as full before anybody comes for it."""
        return min(self.of_kind(POINT), key=lambda site: site.capacity_g)

    def of_kind(self, *kinds: str) -> list[Site]:
        """Return the sites of some kinds, one kind after the other."""
        return [site for kind in kinds for site in self._by_kind.get(kind, ())]

    def closest(self, kind: str, to: County) -> Site:
        """Return the site of a kind that is nearest to a place."""
        return min(self.of_kind(kind), key=lambda site: kilometres(to, site.county))

    def fed_by(self, site: Site) -> Site:
        """Return the site that one site sends its batteries on to."""
        assert site.feeds is not None, f"{site.id} feeds nobody"
        return self.by_id[site.feeds]

    def registrations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield where to PUT what, in an order in which nobody is named before they are known."""
        for organisation in self.organisations:
            yield f"/v1/organisations/{organisation.uscc}", {"name": organisation.name}
        for site in self.sites:
            yield f"/v1/sites/{site.id}", registration(site)
        for site in self.sites:
            public_key = signing.public_key(site.signer())
            yield f"/v1/terminals/{site.terminal}", {"site": site.id, "public_key": public_key}


def registration(site: Site) -> dict[str, Any]:
    """Return what is registered of a site."""
    licences = {"licences": list(site.licences)} if site.licences else {}
    return {
        "kind": site.kind,
        "name": site.name,
        "division": site.county.division,
        "organisation": site.organisation,
        "capacity_g": site.capacity_g,
        "location": {"lon": site.county.lon, "lat": site.county.lat},
        **licences,
    }
