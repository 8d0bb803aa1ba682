"""事件: fire, leak, theft, loss, or something found. Did the site have it?"""

from collections.abc import Iterator

from custody.decisions.advice import Remark
from custody.decisions.handling import in_hand
from custody.events import IncidentReported
from custody.state.books import Books
from custody.terms import Millis


def decide(fact: IncidentReported, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on each battery that the books have elsewhere."""
    yield from in_hand(fact, fact.batteries, books)
