"""When is the stock of a site counted, what does a count leave out, and which comes late?"""

import datetime as dt
from collections.abc import Callable, Sequence

from custody.demo.agenda import midnight
from custody.demo.desk import Desk, Wait
from custody.demo.packs import Pack
from custody.demo.sites import CENTRE, POINT, STATION, Site
from custody.demo.terminal import local
from custody.demo.yards import Yards
from custody.terms import DAY, EPOCH, HOUR, MILLISECOND, MINUTE, SHANGHAI, Millis

OPENED = 6 * HOUR + 30 * MINUTE  # on the first of a month, before anybody comes
A_PART: Wait = (3 * MINUTE, 6 * MINUTE)
PART_MAX = 200
CUT_OFF_BEFORE = 30 * HOUR
CUT_OFF_FOR = 6 * DAY
COLLECTING = (POINT, STATION, CENTRE)
GONE = 2  # batteries of which nobody knows until they are counted
TO_REPORT: Wait = (3 * HOUR, 30 * HOUR)
TO_TURN_UP: Wait = (4 * DAY, 10 * DAY)

Resurface = Callable[[Pack], None]


class Counting:
    """The stock-takes of every month: opened, counted part by part, closed."""

    def __init__(self, desk: Desk, yards: Yards, resurface: Resurface) -> None:
        self.desk = desk
        self.yards = yards
        self.resurface = resurface
        self._nobody_stole_yet = True

    def start(self, first_day: Millis) -> None:
        """Put the first morning of each month on the agenda."""
        day = first_day + DAY
        while day <= midnight(self.desk.agenda.until):
            if _date(day).day == 1:
                self.desk.agenda.at(day - CUT_OFF_BEFORE, self._cut_off)
                self.desk.agenda.at(day + OPENED, self._count_everywhere)
            day += DAY

    def _cut_off(self) -> None:
        """Leave the fullest point without a signal: its month ends, and nobody hears of it."""
        points = [site for site in self.yards.in_use() if site.kind == POINT]
        if points:
            site = max(points, key=self.yards.mass_g)
            self.desk.out_of_reach(site, self.desk.now + CUT_OFF_FOR)
            self.desk.notice("cut_off_site", site.id)

    def _count_everywhere(self) -> None:
        # One begins a little after the other: not every terminal says the same instant.
        for site in self.yards.in_use():
            begins = self.desk.now + self.desk.rng.randrange(10 * MINUTE)
            self.desk.agenda.at(begins, self._open, site)

    def _open(self, site: Site) -> None:
        take = f"PD-{site.id}-{_date(self.desk.now):%Y%m}"
        gone = self._gone(site)
        if gone:
            self.desk.notice("differing_take", take)
            self.desk.notice("differing_site", site.id)
            self.desk.later(TO_REPORT, self._report, site, gone[0])
            self.desk.later(TO_TURN_UP, self.resurface, gone[1])
        refs = [pack.ref for pack in self.yards.at(site)]
        self._step(site, take, self.desk.now, "open", ())
        self._count(site, take, self.desk.now, refs)

    def _count(self, site: Site, take: str, frozen_at: Millis, left: Sequence[str]) -> None:
        when = self.desk.after(A_PART)
        if left:
            part, left = left[:PART_MAX], left[PART_MAX:]
            self.desk.agenda.at(when, self._step, site, take, frozen_at, "count", part)
            self.desk.agenda.at(when, self._count, site, take, frozen_at, left)
        else:
            self.desk.agenda.at(when, self._step, site, take, frozen_at, "close", ())

    def _step(
        self, site: Site, take: str, frozen_at: Millis, step: str, refs: Sequence[str]
    ) -> None:
        self.desk.record(
            site,
            "stock_take",
            counted=list(refs),
            frozen_at=local(frozen_at),
            take=take,
            step=step,
        )

    def _gone(self, site: Site) -> list[Pack]:
        """Have a few batteries vanish, once, from a site that has enough of them."""
        ready = self.yards.ready(site)
        if not self._nobody_stole_yet or site.kind not in COLLECTING or len(ready) <= GONE:
            return []
        self._nobody_stole_yet = False
        gone = self.desk.rng.sample(ready, GONE)
        self.yards.take(site, gone)
        return gone

    def _report(self, site: Site, pack: Pack) -> None:
        self.desk.record(site, "incident", kind="loss", batteries=[pack.ref])


def _date(at: Millis) -> dt.date:
    return (EPOCH + at * MILLISECOND).astimezone(SHANGHAI).date()
