"""作废: a movement did not happen. Who may take it back, and what does it concern?"""

from collections.abc import Iterator

from custody.decisions.advice import Remark
from custody.events import Voided
from custody.state.books import Books
from custody.terms import FieldError, Millis, Refused


def decide(fact: Voided, books: Books, now: Millis) -> Iterator[Remark]:
    """Refuse a target that nobody recorded, that takes another back, or that others wrote."""
    target = books.movement(fact.target)
    if target is None:
        raise Refused("target_unknown", FieldError("/target", "target_unknown"))
    if isinstance(target.fact, Voided):
        raise Refused("target_unknown", FieldError("/target", "target_is_a_correction"))
    author = books.registry.site(target.fact.site, target.fact.at)
    # Whoever holds the site now: a void that claims to be older is still theirs.
    asker = books.registry.site(fact.site, now)
    if author is None or asker is None or author.organisation != asker.organisation:
        raise Refused("not_the_author", FieldError("/target", "not_the_author"))
    yield from ()
