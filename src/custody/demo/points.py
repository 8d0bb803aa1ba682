"""How do batteries come in at the collection points?"""

from itertools import accumulate

from custody.demo import packs, rates
from custody.demo.agenda import at_work, spread
from custody.demo.chance import pick
from custody.demo.packs import Pack
from custody.demo.sites import POINT, Network, Site
from custody.demo.yards import Yards
from custody.terms import DAY, MINUTE, Millis

TO_STORE = (3 * MINUTE, 15 * MINUTE)
TO_INSPECT = (5 * MINUTE, 60 * MINUTE)
TO_SECOND_DROP_OFF = (2 * DAY, 20 * DAY)
CHANNELS = {"walk_in": 60, "trade_in": 25, "pickup": 10, "online": 5}
DEPOSITORS = {"individual": 80, "repair_shop": 10, "dealer": 6, "share_operator": 4}


class Points:
    """The collection points, busy ones and quiet ones, and those who bring something there."""

    def __init__(self, network: Network, yards: Yards, batteries: int, first_day: Millis) -> None:
        self.desk = yards.desk
        self.yards = yards
        self._batteries = batteries
        self._first_day = first_day
        self._points = network.of_kind(POINT)
        self._traffic = list(accumulate(0.1 + yards.desk.rng.random() ** 2 for _ in self._points))

    def start(self) -> None:
        """Expect the first visitor; each one that comes lets the next be expected."""
        self._expect(0)

    def _expect(self, index: int) -> None:
        if index < self._batteries:
            at = spread(index, self._batteries, self._first_day, self.desk.agenda.until)
            self.desk.agenda.at(at, self._bring, index)

    def _bring(self, index: int) -> None:
        self._expect(index + 1)
        rng, now = self.desk.rng, self.desk.agenda.now
        site = self._some_point()
        pack = packs.make(rng, index, now, lambda: self.desk.new_tag(site))
        self._drop_off(site, pack)
        self.desk.agenda.at(now + rng.randint(*TO_STORE), self._store, site, pack)
        if rng.random() < rates.SECOND_DROP_OFF:
            later = at_work(now + rng.randint(*TO_SECOND_DROP_OFF))
            self.desk.agenda.at(later, self._drop_off, self._some_point(), pack)

    def _drop_off(self, site: Site, pack: Pack) -> None:
        rng = self.desk.rng
        self.desk.record(
            site,
            "drop_off",
            battery=packs.describe(rng, pack),
            channel=pick(rng, CHANNELS),
            depositor_kind=pick(rng, DEPOSITORS),
        )

    def _store(self, site: Site, pack: Pack) -> None:
        self.yards.put_away(site, pack)
        later = self.desk.agenda.now + self.desk.rng.randint(*TO_INSPECT)
        self.desk.agenda.at(later, self.yards.inspect, site, pack)

    def _some_point(self) -> Site:
        return self.desk.rng.choices(self._points, cum_weights=self._traffic)[0]
