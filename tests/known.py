"""What do the books know of movements and parties that a test has made up?"""

from collections.abc import Iterable, Sequence

from custody import decisions
from custody.decisions import near_miss
from custody.events import Movement, Registration, TakingBack
from custody.gathering import Pool, further
from custody.ledger import Record
from custody.state.books import Books, Noted
from custody.state.registry import Registry
from custody.terms import Subject
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
    """Return the books as they lie open for a decision: what it reads, and what that leads to."""
    known = noted(*facts)
    books = Books(looked_at(fact, known), registry_of(*registrations))
    for note in known:
        books.take_in(note)
    return books


def looked_at(fact: Movement, known: Sequence[Noted]) -> set[Subject]:
    """Return the subjects that are read to decide on a movement, as recording reads them."""
    asked = {*decisions.reads(fact)}
    if isinstance(fact, TakingBack):
        # Recording reads whom the target concerns, too.
        target = f"movement:{fact.target}"
        asked.update(one for note in known if target in note.subjects for one in note.subjects)
    seen = {subject for note in known for subject in note.subjects}
    asked.update(near_miss.reads(fact, lambda ref: f"battery:{ref}" in seen, ()))
    pool = Pool(map(_recorded, known))
    wanted = asked
    while wanted:
        asked = asked | wanted
        wanted = further(pool.read(wanted)) - asked
    return asked


def _recorded(note: Noted) -> Record:
    fact = note.fact
    position = int(fact.id.replace("-", ""), 16)  # any, as long as no two have the same
    return Record(
        fact.type, fact.version, note.data, note.subjects, None, None, None, position, 0, bytes(32)
    )
