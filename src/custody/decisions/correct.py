"""更正: a movement happened otherwise. Who may say so, and does it make sense?"""

from collections.abc import Iterator

from pydantic import ValidationError

from custody.decisions import cargo, taking_back
from custody.decisions.advice import Advice, Remark
from custody.events import Corrected, Dispatched, Movement, TakingBack, Voided, complaints
from custody.state.books import Books
from custody.terms import FieldError, Millis, Refused

NOTHING_CHANGED = Advice(
    "nothing_changed",
    "low",
    "更正内容与现行记录相同，{target} 没有变化。",
    "The correction says what counts already: nothing changes in {target}.",
)


def decide(fact: Corrected, books: Books, now: Millis) -> Iterator[Remark]:
    """Refuse what a void would be refused for, and values that make no movement of that type."""
    target = taking_back.target(fact, books, now)
    instead = _instead(fact, target)
    if not taking_back.same_organisation(instead, fact, books, now):
        raise Refused("not_the_author", FieldError("/values/site", "not_the_author"))
    before = taking_back.earlier(fact, books)
    yield from taking_back.once_more(fact, before)
    if instead == _counting(target, before):
        yield NOTHING_CHANGED(f"movement:{fact.target}", target=fact.target)


def _instead(fact: Corrected, target: Movement) -> Movement:
    """Return the target as it should have been posted, if it could have been."""
    try:
        instead = fact.instead_of(target)
    except ValidationError as error:
        raise _of_values(complaints.refused(error)) from error
    if isinstance(instead, Dispatched):
        try:
            cargo.refuse_lead_acid(instead)
        except Refused as refused:
            raise _of_values(refused) from refused
    return instead


def _of_values(refused: Refused) -> Refused:
    """Say of the correction's values what was said of a movement's own fields."""
    return Refused(
        refused.code,
        *(FieldError(f"/values{one.pointer}", one.code, one.params) for one in refused.errors),
    )


def _counting(target: Movement, before: TakingBack | None) -> Movement | None:
    """Return the target as it counted until now, if it did."""
    if isinstance(before, Voided):
        return None
    return before.instead_of(target) if isinstance(before, Corrected) else target
