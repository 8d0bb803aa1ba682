"""What do the books know of movements and parties that a test has made up?"""

from collections.abc import Iterable

from custody import decisions
from custody.events import Movement, Registration, Voided
from custody.state.books import Books, Noted
from custody.state.registry import Registry
from tests.given import data, network


def noted(*facts: Movement) -> list[Noted]:
    """Return facts as the books note them: a void is about all that its target is about."""
    subjects = {fact.id: fact.subjects() for fact in facts}
    for fact in facts:
        if isinstance(fact, Voided):
            further = subjects.get(fact.target, ())
            subjects[fact.id] = tuple(dict.fromkeys((*fact.subjects(), *further)))
    return [Noted(fact, data(fact), subjects[fact.id]) for fact in facts]


def registry_of(*registrations: Registration) -> Registry:
    """Return a registry that knows these."""
    registry = Registry()
    for registration in registrations:
        registry.take_in(registration)
    return registry


def books_for(
    fact: Movement, facts: Iterable[Movement], registrations: Iterable[Registration] = network
) -> Books:
    """Return the books as they lie open for a decision: what it reads, and no more."""
    books = Books(decisions.reads(fact), registry_of(*registrations))
    for known in noted(*facts):
        books.take_in(known)
    return books
