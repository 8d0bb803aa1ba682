"""What is done to a battery while it is at a site, after it came and before it goes?"""

from collections import defaultdict
from typing import Any

from custody.demo import packs, rates
from custody.demo.agenda import at_work
from custody.demo.chance import pick
from custody.demo.desk import Desk
from custody.demo.packs import Pack
from custody.demo.sites import BASE, CENTRE, POINT, Network, Site
from custody.terms import DAY, HOUR, MINUTE

TO_SORT = (10 * MINUTE, 8 * HOUR)
TO_DISMANTLE = (12 * HOUR, 4 * DAY)
TO_SCAN_AGAIN = (1 * DAY, 8 * DAY)
VERDICTS = {"pass": 70, "treat": 20, "scrap": 10}
PLACES = tuple(f"{row}-{number:02}" for row in "ABCD" for number in range(1, 13))


class Yards:
    """What lies at each site, ready to go on."""

    def __init__(self, network: Network, desk: Desk) -> None:
        self.desk = desk
        self.stock: defaultdict[str, list[Pack]] = defaultdict(list)
        self._points = network.of_kind(POINT)

    def put_away(self, site: Site, pack: Pack) -> None:
        """Store a battery in a place."""
        place = self.desk.rng.choice(PLACES)
        self.desk.record(site, "store", batteries=[pack.ref], place=place)

    def inspect(self, site: Site, pack: Pack) -> None:
        """Measure a battery; then it is ready to go on."""
        self._measure(site, pack)
        self.stock[site.id].append(pack)

    def arrive(self, site: Site, pack: Pack) -> None:
        """Do with a battery that came what its new site is there for."""
        if site.kind == CENTRE:
            self._later(TO_SORT, self.inspect, site, pack)
        elif site.kind == BASE:
            self._later(TO_DISMANTLE, self._dismantle, site, pack)
        else:
            self.stock[site.id].append(pack)

    def come_upon(self, site: Site, pack: Pack) -> None:
        """Find a battery that was never booked in, and put it away like any other."""
        self.put_away(site, pack)
        self.arrive(site, pack)

    def _dismantle(self, site: Site, pack: Pack) -> None:
        outputs = packs.take_apart(self.desk.rng, pack)
        self.desk.record(site, "dismantle", battery=pack.ref, **outputs)
        if self.desk.rng.random() < rates.AFTER_THE_END:
            self._later(TO_SCAN_AGAIN, self._measure, self.desk.rng.choice(self._points), pack)

    def _measure(self, site: Site, pack: Pack) -> None:
        rng = self.desk.rng
        self.desk.record(
            site,
            "inspect",
            battery=pack.ref,
            verdict=pick(rng, VERDICTS),
            open_circuit_voltage_mv=pack.nominal_voltage_mv * rng.randint(90, 108) // 100,
            internal_resistance_mohm=rng.randint(40, 480),
            state_of_charge_pct=rng.randint(5, 60),
            capacity_fade_pct=rng.randint(15, 70),
        )

    def _later(self, wait: tuple[int, int], act: Any, site: Site, pack: Pack) -> None:
        at = at_work(self.desk.agenda.now + self.desk.rng.randint(*wait))
        self.desk.agenda.at(at, act, site, pack)
