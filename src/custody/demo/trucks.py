"""When does a truck call at a site, what does it take, and where does it take it?"""

from collections import defaultdict
from collections.abc import Iterator

from custody.demo import rates
from custody.demo.agenda import at_work
from custody.demo.desk import Wait
from custody.demo.loads import Load
from custody.demo.packs import Pack
from custody.demo.roads import Roads
from custody.demo.sites import BASE, CENTRE, POINT, STATION, Network, Site
from custody.demo.suspending import Suspension
from custody.terms import DAY, HOUR, Millis

PERIOD: dict[str, Wait] = {
    POINT: (3 * DAY, 8 * DAY),
    STATION: (2 * DAY, 4 * DAY),
    CENTRE: (2 * DAY, 4 * DAY),
    BASE: (4 * DAY, 7 * DAY),
}
CABINET_PERIOD: Wait = (12 * HOUR, 36 * HOUR)  # mostly to see whether it is full yet
LOAD_MAX = {POINT: 60, STATION: 200, CENTRE: 400, BASE: 400}
CABINET_FULL_PERCENT = 95
CABINET_LEFT_PERCENT = 85


class Trucks:
    """The rounds that carry batteries one tier on."""

    def __init__(self, network: Network, roads: Roads, suspension: Suspension) -> None:
        self.network = network
        self.roads = roads
        self.yards = roads.yards
        self.desk = roads.desk
        self.rng = roads.desk.rng
        self.suspension = suspension

    def start(self, first_day: Millis) -> None:
        """Put the first round of every site that feeds another on the agenda."""
        for site in self.network.sites:
            if site.feeds:
                _, longest = PERIOD[site.kind]
                first = at_work(first_day + self.rng.randrange(longest))
                self.desk.agenda.at(first, self._call_at, site)

    def _call_at(self, site: Site) -> None:
        often = CABINET_PERIOD if site == self.network.cabinet else PERIOD[site.kind]
        self.desk.later(often, self._call_at, site)
        for receiver, kept_as, packs in self._sorted(site):
            if receiver is not None:
                self._load(site, receiver, kept_as, packs[: LOAD_MAX[site.kind]])

    def _load(self, site: Site, receiver: Site, kept_as: str, packs: list[Pack]) -> None:
        number = self.desk.numbers.consignment(site, self.desk.now)
        load = Load(number, site, receiver, kept_as, site.carrier)
        load.fill(self.rng, packs)
        if self.rng.random() < rates.WRONG:
            self.roads.enter_wrongly(load)
        else:
            self.roads.send(load)

    def _sorted(self, site: Site) -> Iterator[tuple[Site | None, str, list[Pack]]]:
        """Yield what is to go, by where it goes and how it is to be packed."""
        bound: defaultdict[tuple[str, str], list[Pack]] = defaultdict(list)
        for pack in self._waiting(site):
            bound[pack.goes_to or site.feeds or "", pack.kept_as].append(pack)
        for (to, kept_as), packs in bound.items():
            yield self._open(self.network.by_id[to]), kept_as, packs

    def _waiting(self, site: Site) -> list[Pack]:
        """Return what the truck would take; from the cabinet only when it is as good as full."""
        waiting = self.yards.ready(site)
        if site != self.network.cabinet:
            return [] if self.suspension.shuts(site.id, self.desk.now) else waiting
        held_g = self.yards.mass_g(site)
        if held_g * 100 < site.capacity_g * CABINET_FULL_PERCENT:
            return []
        taken: list[Pack] = []
        for pack in waiting:
            if held_g * 100 > site.capacity_g * CABINET_LEFT_PERCENT:
                taken.append(pack)
                held_g -= pack.mass_g
        return taken

    def _open(self, receiver: Site) -> Site | None:
        """Return the receiver; if it is suspended, perhaps the next tier, or nobody until later."""
        if not self.suspension.shuts(receiver.id, self.desk.now):
            return receiver
        if self.desk.seldom("not_told"):
            return receiver
        return self.network.fed_by(receiver) if self.desk.seldom("straight_on") else None
