"""What do the tests know beside a movement that is told?"""

from collections.abc import Iterable

from custody.epcis import outward
from custody.epcis.event import Event
from custody.events import Dispatched, Movement, decode
from custody.terms import Millis
from tests.events.samples import samples
from tests.given import BASE, CENTRE, POINT

OPERATOR, RECYCLER = "91330106YY00000368", "91330106MA2ABCDE3K"


class Recorded:
    """What was recorded so far."""

    def __init__(self, movements: Iterable[Movement]) -> None:
        self._movements = {one.id: one for one in movements}

    def organisation(self, site: str, at: Millis) -> str | None:
        return {POINT: OPERATOR, CENTRE: OPERATOR, BASE: RECYCLER}.get(site)

    def movement(self, id: str) -> Movement | None:  # noqa: A002
        return self._movements.get(id)

    def dispatch(self, consignment: str) -> str | None:
        every = self._movements.values()
        sent = (one for one in every if isinstance(one, Dispatched))
        return next((one.id for one in sent if one.consignment == consignment), None)


def sampled() -> list[Movement]:
    """Every movement that is checked in as a sample."""
    facts = (decode(one.type, one.version, one.data) for one in samples())
    return [fact for fact in facts if isinstance(fact, Movement)]


def events(movement: Movement, beside: outward.Beside = outward.NOTHING) -> list[Event]:
    """Tell a movement as events that can be read."""
    return [Event(said, outward.CONTEXT) for said in outward.told(movement, beside)]
