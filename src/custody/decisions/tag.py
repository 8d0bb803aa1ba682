"""赋码: a pack gets a tag. Is it at the site?"""

from collections.abc import Iterator

from custody.decisions.advice import Remark
from custody.decisions.handling import in_hand
from custody.events import Tagged
from custody.state.books import Books
from custody.terms import Millis


def decide(fact: Tagged, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a battery that the books have elsewhere."""
    yield from in_hand(fact, fact.batteries_named(), books)
