"""What lies where, whatever the books say of it?"""

from collections import defaultdict
from collections.abc import Iterable
from random import Random

from custody.demo.packs import Pack
from custody.demo.sites import Network, Site

Lying = tuple[Site, list[Pack]]
"""Some batteries, and where they are."""


class Yards:
    """The batteries at each site, in the order in which they came."""

    def __init__(self, network: Network) -> None:
        self.network = network
        self._here: defaultdict[str, dict[Pack, None]] = defaultdict(dict)

    def put(self, site: Site, packs: Iterable[Pack]) -> None:
        """Put batteries down at a site."""
        self._here[site.id].update(dict.fromkeys(packs))

    def take(self, site: Site, packs: Iterable[Pack]) -> None:
        """Take batteries away from a site."""
        for pack in packs:
            del self._here[site.id][pack]
            pack.ready = False

    def at(self, site: Site) -> list[Pack]:
        """Return all that lies at a site."""
        return list(self._here.get(site.id, ()))

    def has(self, site: Site, pack: Pack) -> bool:
        """Tell whether a battery is at a site still."""
        return pack in self._here.get(site.id, ())

    def ready(self, site: Site) -> list[Pack]:
        """Return what nothing is left to be done with: it waits for a truck."""
        return [pack for pack in self._here.get(site.id, ()) if pack.ready and not pack.held]

    def mass_g(self, site: Site) -> int:
        """Weigh all that lies at a site."""
        return sum(pack.mass_g for pack in self._here.get(site.id, ()))

    def in_use(self) -> list[Site]:
        """Return the sites that ever had a battery."""
        return [site for site in self.network.sites if site.id in self._here]

    def some(self, rng: Random, kinds: Iterable[str], pieces: int) -> Lying | None:
        """Choose a site of some kinds that has so many ready, and which; None if nobody has."""
        sites = self.network.of_kind(*kinds)
        having = [site for site in sites if len(self.ready(site)) >= pieces]
        if not having:
            return None
        site = rng.choice(having)
        return site, rng.sample(self.ready(site), pieces)
