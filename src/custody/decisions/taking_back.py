"""May this target be taken back or put right, by whom, and was it before?"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.events import Movement, TakingBack, Voided
from custody.events.journey import verdicts
from custody.state.books import Books
from custody.terms import FieldError, Millis, Refused

VOIDED_BEFORE = Advice(
    "voided_before",
    "low",
    "{target} 此前已由 {earlier} 作废；现以 {counts} 为准。",
    "{target} was voided by {earlier} before; of all that was said of it, {counts} counts.",
)
CORRECTED_BEFORE = Advice(
    "corrected_before",
    "low",
    "{target} 此前已由 {earlier} 更正；现以 {counts} 为准。",
    "{target} was corrected by {earlier} before; of all that was said of it, {counts} counts.",
)


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


def earlier(fact: TakingBack, books: Books) -> TakingBack | None:
    """Return what counted against the target before this came."""
    known = (noted.fact for noted in books.about_movement(fact.target))
    return verdicts(one for one in known if one.id != fact.id).get(fact.target)


def once_more(fact: TakingBack, before: TakingBack | None) -> Iterator[Remark]:
    """Remark on a target that was voided or corrected already, and say which word counts."""
    if before is None:
        return
    kind = VOIDED_BEFORE if isinstance(before, Voided) else CORRECTED_BEFORE
    counts = max(fact, before, key=lambda one: one.weight)
    yield kind(f"movement:{fact.target}", target=fact.target, earlier=before.id, counts=counts.id)
