"""解除查封: an authority lets go of batteries. Does the site have them?"""

from collections.abc import Iterator

from custody.decisions.advice import Remark
from custody.decisions.handling import in_hand
from custody.events import HoldReleased
from custody.state.books import Books
from custody.terms import Millis


def decide(fact: HoldReleased, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on each battery that the books have elsewhere."""
    yield from in_hand(fact, fact.batteries, books)
