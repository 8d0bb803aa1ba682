"""再生利用: matter goes into a process. Does the site have it?"""

from collections.abc import Iterator

from custody.decisions.advice import Remark
from custody.decisions.handling import in_hand
from custody.events import Recovered
from custody.state.books import Books
from custody.terms import Millis


def decide(fact: Recovered, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on each battery that the books have elsewhere."""
    yield from in_hand(fact, fact.batteries, books)
