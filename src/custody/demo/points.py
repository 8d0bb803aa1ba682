"""How do batteries come in at the collection points?"""

from collections.abc import Sequence
from functools import partial
from itertools import accumulate
from typing import Any

from custody.demo import packs, rates
from custody.demo.agenda import spread
from custody.demo.chance import pick
from custody.demo.depositors import Depositors
from custody.demo.desk import Wait
from custody.demo.keeping import Keeping
from custody.demo.ordering import Ordering
from custody.demo.packs import Pack
from custody.demo.sites import POINT, Network, Site
from custody.terms import DAY, MINUTE, Millis

TO_TAG: Wait = (1 * MINUTE, 3 * MINUTE)
TO_STORE: Wait = (3 * MINUTE, 15 * MINUTE)
TO_INSPECT: Wait = (5 * MINUTE, 60 * MINUTE)
TO_SECOND_DROP_OFF: Wait = (2 * DAY, 20 * DAY)
CHANNELS = {"walk_in": 60, "trade_in": 24, "pickup": 8, "online": 4, "clearance": 3, "fleet": 1}
WITHOUT_ORDER = {"walk_in", "clearance"}
TRADED_ON_ORDER = 0.5  # the others hand their old one in and nobody writes an order
FLEET_PIECES = (6, 12)
WHY_TAGGED = {"no_code": 70, "maker_unknown": 20, "unreadable": 10}
BUSIEST = 1.2  # of the points' shares of all visitors


class Points:
    """The collection points, busy ones and quiet ones, and those who bring something there."""

    def __init__(
        self, network: Network, keeping: Keeping, ordering: Ordering, batteries: int
    ) -> None:
        self.keeping = keeping
        self.ordering = ordering
        self.desk = keeping.desk
        self.rng = keeping.desk.rng
        self.depositors = Depositors(self.rng)
        self._batteries = batteries
        self._first_day: Millis = 0
        self._points = network.of_kind(POINT)
        self._cabinet = network.cabinet
        self._traffic = list(
            accumulate(
                BUSIEST if point == self._cabinet else 0.1 + self.rng.random() ** 2
                for point in self._points
            )
        )

    def start(self, first_day: Millis) -> None:
        """Expect the first visitor; each one that comes lets the next be expected."""
        self._first_day = first_day
        self._expect(0)

    def _expect(self, index: int) -> None:
        if index < self._batteries:
            at = spread(index, self._batteries, self._first_day, self.desk.agenda.until)
            self.desk.agenda.at(at, self._visit, index)

    def _visit(self, index: int) -> None:
        site = self._some_point()
        channel = pick(self.rng, CHANNELS)
        if site == self._cabinet and channel == "fleet":
            channel = "walk_in"  # no fleet would find room there
        pieces = self.rng.randint(*FLEET_PIECES) if channel == "fleet" else 1
        pieces = min(pieces, self._batteries - index)
        self._expect(index + pieces)
        a_fleet = channel == "fleet"
        who = self.depositors.a_fleet(site) if a_fleet else self.depositors.somebody(site)
        bring = partial(self._bring, site, range(index, index + pieces), channel, who)
        plain = channel == "trade_in" and self.rng.random() >= TRADED_ON_ORDER
        if plain or channel in WITHOUT_ORDER:
            bring(None)
        else:
            self.ordering.place(channel, site, pieces, who, bring)

    def _bring(
        self,
        site: Site,
        serials: Sequence[int],
        channel: str,
        who: dict[str, Any],
        order: str | None,
    ) -> None:
        for serial in serials:
            new_tag = partial(self._new_tag, site)
            pack = packs.make(self.rng, serial, self.desk.now, new_tag)
            self._drop_off(site, pack, self._said(channel, order) | who)
            self.keeping.yards.put(site, [pack])
            if pack.ref.startswith("tag:"):
                reason = pick(self.rng, WHY_TAGGED)
                self.desk.soon(TO_TAG, self.keeping.tag, site, pack, reason)
            self.desk.soon(TO_STORE, self._store, site, pack)
            if self.rng.random() < rates.SECOND_DROP_OFF:
                self.desk.later(TO_SECOND_DROP_OFF, self._again, pack)

    def bring_back(self, pack: Pack) -> None:
        """Have somebody bring a battery to some point that had vanished from another site."""
        site = self._some_point()
        self._drop_off(site, pack, {"channel": "walk_in", **self.depositors.somebody(site)})
        self.keeping.yards.put(site, [pack])
        self.desk.soon(TO_STORE, self._store, site, pack)

    def _again(self, pack: Pack) -> None:
        """Have somebody bring a pack whose code the network knows; perhaps it is another pack."""
        site = self._some_point()
        said = {"channel": "walk_in", **self.depositors.somebody(site)}
        described = packs.describe(self.rng, pack)
        if self.desk.seldom("other_pack"):
            described["mass_g"] = described["mass_g"] * 3 // 4
        self.desk.record(site, "drop_off", battery=described, **said)

    def _drop_off(self, site: Site, pack: Pack, said: dict[str, Any]) -> None:
        self.keeping.slips.drop_off(site, packs.describe(self.rng, pack), **said)

    def _said(self, channel: str, order: str | None) -> dict[str, Any]:
        if order is None:
            return {"channel": channel}
        if self.desk.seldom("channel_mistaken"):
            channel = "walk_in"
        if self.desk.seldom("order_mistyped"):
            order = f"{order[:-1]}X"
        return {"channel": channel, "order": order}

    def _store(self, site: Site, pack: Pack) -> None:
        if self.rng.random() < rates.UNREADABLE and not pack.ref.startswith("tag:"):
            self.keeping.tag_anew(site, pack)
        self.keeping.put_away(site, [pack])
        self.desk.soon(TO_INSPECT, self.keeping.inspect, site, pack)

    def _new_tag(self, site: Site) -> str:
        lender = site
        if self.desk.seldom("borrowed"):
            near = [one for one in self._points if one.feeds == site.feeds and one != site]
            lender = self.rng.choice(near or [site])
        return self.desk.numbers.tag(lender, self.desk.now)

    def _some_point(self) -> Site:
        return self.rng.choices(self._points, cum_weights=self._traffic)[0]
