"""梯次利用: a battery becomes another product. May it?"""

from collections.abc import Iterator

from custody.decisions.advice import Remark
from custody.decisions.handling import in_hand
from custody.events import Repurposed
from custody.state.books import Books
from custody.terms import Millis


def decide(fact: Repurposed, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a battery that the books have elsewhere."""
    yield from in_hand(fact, [fact.battery], books)
