"""What do the terminals of a network post in the weeks before a moment?"""

from collections.abc import Iterator
from datetime import datetime
from random import Random

from custody.demo.agenda import Agenda, midnight
from custody.demo.desk import Desk
from custody.demo.points import Points
from custody.demo.sites import Network
from custody.demo.terminal import Posting, serialise
from custody.demo.trucks import Trucks
from custody.demo.yards import Yards
from custody.terms import DAY, millis

BATTERIES = 1_200
WEEKS = 6

__all__ = ["BATTERIES", "WEEKS", "Posting", "serialise", "weeks"]


def weeks(network: Network, batteries: int, seed: int, until: datetime) -> Iterator[Posting]:
    """Yield the requests in the order in which they are to be posted, the same on every call."""
    rng = Random(f"weeks {seed}")
    agenda = Agenda(millis(until))
    desk = Desk(agenda, rng)
    first_day = midnight(agenda.until) - (7 * WEEKS - 1) * DAY
    yards = Yards(network, desk)
    Trucks(network, yards).start(first_day)
    Points(network, yards, batteries, first_day).start()
    for _ in agenda.run():
        yield from desk.sent()
    yield from desk.close()
