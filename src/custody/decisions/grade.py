"""分级: what is a battery still good for?"""

from collections.abc import Iterator

from custody.decisions.advice import Remark
from custody.decisions.handling import in_hand
from custody.events import Graded
from custody.state.books import Books
from custody.terms import Millis


def decide(fact: Graded, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a battery that the books have elsewhere."""
    yield from in_hand(fact, [fact.battery], books)
