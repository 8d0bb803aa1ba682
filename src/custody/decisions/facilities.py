"""Is this a site where that may be done: by its kind, or by a licence of its own?"""

from collections.abc import Container

from custody.events import Movement
from custody.events.vocabulary import SiteKind
from custody.state.books import Books


def allows(fact: Movement, kinds: Container[SiteKind], licence: str, books: Books) -> bool:
    """Tell whether a movement's site is of one of these kinds, or was licensed at that time."""
    site = books.registry.site(fact.site, fact.at)
    if site is not None and site.kind in kinds:
        return True
    return books.registry.is_licensed(fact.site, licence, fact.at)
