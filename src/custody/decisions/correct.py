"""更正: a movement happened otherwise. Who may say so, and does it make sense?"""

from collections.abc import Iterator

from pydantic import ValidationError

from custody.decisions import taking_back
from custody.decisions.advice import Remark
from custody.events import Corrected, complaints
from custody.state.books import Books
from custody.terms import FieldError, Millis, Refused


def decide(fact: Corrected, books: Books, now: Millis) -> Iterator[Remark]:
    """Refuse what a void would be refused for, and values that make no movement of that type."""
    target = taking_back.target(fact, books, now)
    try:
        instead = fact.instead_of(target)
    except ValidationError as error:
        raise _refused(error) from error
    if not taking_back.same_organisation(instead, fact, books, now):
        raise Refused("not_the_author", FieldError("/values/site", "not_the_author"))
    yield from ()


def _refused(error: ValidationError) -> Refused:
    refused = complaints.refused(error)
    return Refused(
        refused.code,
        *(FieldError(f"/values{one.pointer}", one.code, one.params) for one in refused.errors),
    )
