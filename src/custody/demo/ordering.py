"""How do batteries come in that somebody has ordered to be fetched, or hands in for a new one?"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any

from custody.demo.agenda import at_work
from custody.demo.desk import Desk, Wait
from custody.demo.sites import Network, Site
from custody.demo.terminal import local
from custody.terms import DAY, HOUR, MINUTE

TO_SCHEDULE: Wait = (20 * MINUTE, 6 * HOUR)
TO_FETCH: Wait = (1 * DAY, 3 * DAY)
TO_CALL_BACK: Wait = (10 * MINUTE, 2 * HOUR)
TO_FETCH_AGAIN: Wait = (1 * DAY, 2 * DAY)
TO_HAND_IN: Wait = (5 * MINUTE, 20 * MINUTE)
TO_CANCEL: Wait = (1 * HOUR, 20 * HOUR)
WINDOW = 2 * HOUR


@dataclass(frozen=True, slots=True)
class Order:
    """What is to be fetched or handed in, by which site, and what happens when it is."""

    no: str
    service: str
    site: Site
    pieces: int
    depositor: dict[str, Any]
    bring: Callable[[str], None]
    """Drops off what was ordered, under the order's number."""


class Ordering:
    """Every order, step by step."""

    def __init__(self, network: Network, desk: Desk) -> None:
        self.network = network
        self.desk = desk
        self._numbers: Iterator[int] = count(1)

    def place(
        self,
        service: str,
        site: Site,
        pieces: int,
        depositor: dict[str, Any],
        bring: Callable[[str], None],
    ) -> None:
        """Write an order down; what is ordered online, at the sorting centre that answers."""
        no = f"YY-{site.county.division}-{next(self._numbers):06}"
        order = Order(no, service, site, pieces, depositor, bring)
        placed_at = site if service != "online" else self._answering(site)
        sale = {}
        if service == "trade_in" and not self.desk.seldom("sale_not_named"):
            sale = {"sales_reference": f"XS{self.desk.rng.randrange(10**9):09}"}
        self._step(
            order,
            "ordered",
            placed_at,
            division=site.county.division,
            pieces=pieces,
            **depositor,
            **sale,
        )
        if service == "trade_in":
            self.desk.soon(TO_HAND_IN, self._collect, order)
        elif self.desk.seldom("cancelled"):
            self.desk.later(TO_CANCEL, self._step, order, "cancelled")
        else:
            self.desk.later(TO_SCHEDULE, self._schedule, order, TO_FETCH)

    def _schedule(self, order: Order, wait: Wait) -> None:
        begins = at_work(self.desk.after(wait)) // HOUR * HOUR
        window = {"from": local(begins), "to": local(begins + WINDOW)}
        if not self.desk.seldom("not_scheduled"):
            self._step(order, "scheduled", scheduled_for=window)
        there = begins + self.desk.rng.randrange(WINDOW)
        self.desk.agenda.at(there, self._fetch, order)

    def _fetch(self, order: Order) -> None:
        if self.desk.seldom("nobody_there"):
            self._step(order, "failed", failure="nobody_there")
            self.desk.later(TO_CALL_BACK, self._schedule, order, TO_FETCH_AGAIN)
        else:
            self._collect(order)

    def _collect(self, order: Order) -> None:
        order.bring(order.no)
        self._step(order, "collected", pieces=order.pieces)
        self.desk.notice(order.service, order.no)

    def _step(self, order: Order, step: str, site: Site | None = None, **more: Any) -> None:
        kind = {"order": order.no, "service": order.service, "step": step}
        self.desk.record(site or order.site, "order", **kind, **more)

    def _answering(self, site: Site) -> Site:
        return self.network.fed_by(self.network.fed_by(site))
