"""What do the books know of movements and parties that a test has made up?"""

from collections.abc import Iterable

from custody import decisions
from custody.events import Movement, Registration, TakingBack
from custody.state.books import Books, Noted
from custody.state.registry import Registry
from tests.given import data, network


def noted(*facts: Movement) -> list[Noted]:
    """Return facts as the books note them: with everyone they concern, given those before."""
    asked = {subject for fact in facts for subject in (*fact.subjects(), *decisions.reads(fact))}
    books = Books(asked, Registry())
    known = []
    for fact in facts:
        note = Noted(fact, data(fact), decisions.concerning.subjects(fact, books))
        books.take_in(note)
        known.append(note)
    return known


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
    known = noted(*facts)
    asked = {*decisions.reads(fact)}
    if isinstance(fact, TakingBack):
        # Recording reads whom the target concerns, too.
        target = f"movement:{fact.target}"
        asked.update(one for note in known if target in note.subjects for one in note.subjects)
    books = Books(asked, registry_of(*registrations))
    for note in known:
        books.take_in(note)
    return books
