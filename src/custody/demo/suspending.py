"""Which site is suspended in the middle of the made-up weeks, and what is registered of it?"""

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from custody.demo.sites import CENTRE, POINT, STATION, Network, Site, registration
from custody.demo.terminal import local
from custody.terms import DAY, HOUR, Millis

AFTER = 16 * DAY + 11 * HOUR
FOR = 5 * DAY
UNTIL_PERMITTED = 3 * DAY


@dataclass(frozen=True, slots=True)
class Suspension:
    """A site, and between which instants it must not work."""

    site: Site
    begins: Millis
    ends: Millis

    def shuts(self, site: str, at: Millis) -> bool:
        """Tell whether a site is closed by it at an instant."""
        return site == self.site.id and self.begins <= at < self.ends

    def registrations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield where to PUT what: it was active until then, and is so again later.

        After a while its points may go past it to the sorting centre.
        """
        path, body = f"/v1/sites/{self.site.id}", registration(self.site)
        yield path, {**body, "active_to": local(self.begins)}
        yield path, {**body, "active_from": local(self.ends)}
        yield (
            f"/v1/routes/{POINT}/{CENTRE}",
            {
                "division": self.site.county.division[:4],
                "active_from": local(self.begins + UNTIL_PERMITTED),
                "active_to": local(self.ends),
            },
        )


def suspension(network: Network, first_day: Millis) -> Suspension:
    """Suspend the transfer station that most points feed, the first of several."""
    fed = Counter(point.feeds for point in network.of_kind(POINT))
    station = max(network.of_kind(STATION), key=lambda site: fed[site.id])
    return Suspension(station, first_day + AFTER, first_day + AFTER + FOR)
