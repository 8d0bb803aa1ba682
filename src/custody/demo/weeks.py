"""What do the terminals of a network post in the weeks before a moment?"""

from collections.abc import Iterator, Sequence
from datetime import datetime
from functools import partial
from random import Random
from typing import Any

from custody.demo.agenda import Agenda, midnight
from custody.demo.counting import Counting
from custody.demo.desk import Desk
from custody.demo.handing_on import HandingOn
from custody.demo.keeping import Keeping
from custody.demo.mishaps import Mishaps
from custody.demo.numbers import NumberBook
from custody.demo.ordering import Ordering
from custody.demo.packs import Pack
from custody.demo.plants import Plants
from custody.demo.points import Points
from custody.demo.roads import Roads, Welcome
from custody.demo.sites import BASE, CENTRE, PLANT, POINT, RECYCLER, STATION, Network, Site
from custody.demo.slips import Slips
from custody.demo.sorting import Sorting
from custody.demo.suspending import suspension
from custody.demo.terminal import Posting, serialise
from custody.demo.trucks import Trucks
from custody.demo.yards import Yards
from custody.terms import DAY, millis

BATTERIES = 1_200
WEEKS = 6

__all__ = ["BATTERIES", "WEEKS", "Posting", "Weeks", "serialise"]


class Weeks:
    """Six weeks of a network; the same arguments tell the same story, to the byte."""

    def __init__(self, network: Network, batteries: int, seed: int, until: datetime) -> None:
        self._agenda = Agenda(millis(until))
        self._desk = Desk(self._agenda, Random(f"weeks {seed}"))
        first_day = midnight(self._agenda.until) - (7 * WEEKS - 1) * DAY
        self._suspension = suspension(network, first_day)
        yards = Yards(network)
        keeping = Keeping(self._desk, yards, Slips(self._desk))
        plants = Plants(network, keeping)
        welcome: Welcome = {
            POINT: partial(_go_on, keeping),
            STATION: partial(_go_on, keeping),
            CENTRE: Sorting(network, keeping).welcome,
            BASE: plants.at_the_base,
            PLANT: plants.at_the_plant,
            RECYCLER: plants.at_the_recycler,
        }
        roads = Roads(keeping, HandingOn(network, self._desk), welcome)
        points = Points(network, keeping, Ordering(network, self._desk), batteries)
        Trucks(network, roads, self._suspension).start(first_day)
        points.start(first_day)
        plants.start(first_day)
        Counting(self._desk, yards, points.bring_back).start(first_day)
        Mishaps(network, keeping).start(batteries, first_day)

    def postings(self) -> Iterator[Posting]:
        """Yield the requests in the order in which they are to be posted. Can be told once."""
        for _ in self._agenda.run():
            yield from self._desk.sent()
        yield from self._desk.close()

    def registrations(self) -> Iterator[tuple[str, dict[str, Any]]]:
        """Yield where to PUT what changes of the network in these weeks."""
        return self._suspension.registrations()

    @property
    def books(self) -> Sequence[NumberBook]:
        """The books of numbers that have been used so far, in the order to ask for them."""
        return self._desk.numbers.books

    @property
    def notable(self) -> dict[str, str]:
        """The first of each thing that is worth showing, by what it is."""
        return self._desk.notable


def _go_on(keeping: Keeping, site: Site, packs: Sequence[Pack]) -> None:
    """Put away what has come, until a truck takes it on."""
    keeping.put_away(site, packs)
    for pack in packs:
        pack.ready = True
