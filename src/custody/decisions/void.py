"""作废: a movement did not happen. Who may take it back?"""

from collections.abc import Iterator

from custody.decisions import taking_back
from custody.decisions.advice import Remark
from custody.events import Voided
from custody.state.books import Books
from custody.terms import Millis


def decide(fact: Voided, books: Books, now: Millis) -> Iterator[Remark]:
    """Refuse a target that nobody recorded, that takes another back, or that others wrote."""
    taking_back.target(fact, books, now)
    yield from taking_back.once_more(fact, taking_back.earlier(fact, books))
