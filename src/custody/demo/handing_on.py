"""Who carries a load on a long road, one after the other, and who writes it down?"""

from custody.codes import make_uscc
from custody.demo.desk import Desk
from custody.demo.loads import Load
from custody.demo.places import County, kilometres
from custody.demo.sites import CENTRE, STATION, Network, Site
from custody.demo.vehicles import plate
from custody.terms import HOUR, Millis

LONG_KM = 80  # from here on the carriers of an area hand over to one for long roads
NOT_REGISTERED = 10**8  # organisations are numbered from 1 on
VERY_LONG_KM = 250  # and that one to another


class HandingOn:
    """The places on long roads where one carrier takes over from another."""

    def __init__(self, network: Network, desk: Desk) -> None:
        self.network = network
        self.desk = desk
        self._known: dict[tuple[str, str, float], Site] = {}

    def plan(self, load: Load, drive: Millis) -> None:
        """Have a load that leaves now change hands on its way, if the way is long."""
        way = kilometres(load.sender.county, load.receiver.county)
        parts: tuple[float, ...] = (
            (0.3, 0.7) if way > VERY_LONG_KM else (0.4,) if way > LONG_KM else ()
        )
        free = [one for one in self.network.haulers if one != load.carrier]
        for part, hauler in zip(parts, free, strict=False):
            when = self.desk.now + HOUR + int(drive * part)
            road = (load.sender.id, load.receiver.id, part)
            site, is_last = self._known.get(road), part == parts[-1]
            if site is None:
                site = self._known[road] = self._waypoint(load, part)
            self.desk.agenda.at(when, self._hand_on, load, site, hauler, is_last)
            if is_last and self.desk.seldom("handed_on_first"):
                self.desk.out_of_reach(load.sender, when + 2 * HOUR)

    def _hand_on(self, load: Load, site: Site, hauler: str, is_last: bool) -> None:
        if self.desk.seldom("carrier_not_registered"):
            hauler = make_uscc(site.county.division, NOT_REGISTERED)
        if is_last or not self.desk.seldom("hand_on_forgotten"):
            self.desk.record(
                site,
                "hand_on",
                consignment=load.number,
                from_carrier=load.carrier,
                to_carrier=hauler,
                vehicle=plate(self.desk.rng, hauler),
            )
            self.desk.notice("handed_on", load.number)
        load.carrier = hauler

    def _waypoint(self, load: Load, part: float) -> Site:
        """Return the site nearest to that part of the road where trucks can stop."""
        here, there = load.sender.county, load.receiver.county
        lon = here.lon + (there.lon - here.lon) * part
        lat = here.lat + (there.lat - here.lat) * part
        place = County("", "", "", "", lon, lat)
        ends = (load.sender, load.receiver)
        stops = [one for one in self.network.of_kind(STATION, CENTRE) if one not in ends]
        return min(stops or ends, key=lambda site: kilometres(place, site.county))
