"""盘点: what stands on the shelf. Do the books have it here?"""

from collections.abc import Iterator

from custody.decisions.advice import Remark
from custody.decisions.handling import in_hand
from custody.events import StockTaken
from custody.state.books import Books
from custody.terms import Millis


def decide(fact: StockTaken, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on each battery that the books have elsewhere."""
    yield from in_hand(fact, fact.counted, books)
