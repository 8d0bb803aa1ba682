"""入库/移位: batteries are put into a place. Does the site have them?"""

from collections.abc import Iterator

from custody.decisions.advice import Remark
from custody.decisions.handling import in_hand
from custody.events import Stored
from custody.state.books import Books
from custody.terms import Millis


def decide(fact: Stored, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on each battery that the books have elsewhere."""
    yield from in_hand(fact, fact.batteries, books)
