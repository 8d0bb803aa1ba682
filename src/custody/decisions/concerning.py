"""Whom does a movement concern, once all that it refers to is known?"""

from collections.abc import Iterator

from custody.events import Corrected, Dispatched, HandedOn, Movement, TakingBack
from custody.events.journey import forms
from custody.state.books import Books
from custody.terms import Subject

REFERRING = frozenset({"hand_on", "dispatch"})
"""Types that concern others than they name, beside those that take back."""


def subjects(fact: Movement, books: Books) -> tuple[Subject, ...]:
    """Return whom a movement is about: itself first, then other movements, then everyone else."""
    if not fact.takes_back and fact.type not in REFERRING:
        return fact.subjects()
    further = tuple(_further(fact, books))
    if not further:
        return fact.subjects()
    own, *others = dict.fromkeys((*fact.subjects(), *further))
    movements = [one for one in others if one.startswith("movement:")]
    return (own, *movements, *(one for one in others if not one.startswith("movement:")))


def _further(fact: Movement, books: Books) -> Iterator[Subject]:
    if isinstance(fact, TakingBack):
        # Whoever a correction brought in stays concerned when another puts it right again.
        known = books.about_movement(fact.target)
        for noted in known:
            # A place in a sequence is for one movement alone: this one has its own.
            yield from (one for one in noted.subjects if not one.startswith("sequence:"))
        if isinstance(fact, Corrected):
            target = books.movement(fact.target)
            assert target is not None, "a correction without its target was refused"
            instead = fact.instead_of(target.fact)
            yield from (one for one in instead.subjects() if one != f"movement:{fact.target}")
            yield from _further(instead, books)
    elif isinstance(fact, HandedOn):
        for one in forms(books.consignment(fact.consignment).facts):
            if isinstance(one, Dispatched) and one.consignment == fact.consignment:
                yield from (f"battery:{ref}" for ref in one.batteries)
    elif isinstance(fact, Dispatched):
        for one in forms(books.consignment(fact.consignment).facts):
            if isinstance(one, HandedOn) and one.consignment == fact.consignment:
                yield f"movement:{one.id}"
