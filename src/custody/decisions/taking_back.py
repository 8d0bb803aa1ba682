"""May this target be taken back or put right, and by whom?"""

from custody.events import Movement, TakingBack
from custody.state.books import Books
from custody.terms import FieldError, Millis, Refused


def target(fact: TakingBack, books: Books, now: Millis) -> Movement:
    """Return the target. Refused is one that nobody recorded, or others did, or that takes back."""
    noted = books.movement(fact.target)
    if noted is None:
        raise Refused("target_unknown", FieldError("/target", "target_unknown"))
    if isinstance(noted.fact, TakingBack):
        raise Refused("target_unknown", FieldError("/target", "target_is_a_correction"))
    if not same_organisation(noted.fact, fact, books, now):
        raise Refused("not_the_author", FieldError("/target", "not_the_author"))
    return noted.fact


def same_organisation(one: Movement, asker: TakingBack, books: Books, now: Millis) -> bool:
    """Tell whether the site of a movement belonged then to whom the asker's site belongs to now.

    Whoever holds the site now: a correction that claims to be older is still theirs.
    """
    author = books.registry.site(one.site, one.at)
    holder = books.registry.site(asker.site, now)
    return author is not None and holder is not None and author.organisation == holder.organisation
