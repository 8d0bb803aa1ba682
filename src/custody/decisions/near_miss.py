"""Somebody typed a code that the books know nothing of: which battery could be meant instead?"""

from collections.abc import Callable, Container, Iterator, Sequence
from functools import lru_cache

from custody.codes import distance_is_one, near
from custody.decisions.advice import Advice, Remark
from custody.events import Movement, Received
from custody.state.books import Books
from custody.terms import Subject

NEAR_MISSES_MAX = 5
"""Codes of one movement that others are looked for instead of."""

NEIGHBOURS = 600
"""How many lawful codes are one slip from a national one, more or less."""

CODE_TYPED_MAX = 24
"""Characters of a code that somebody types: longer ones have thousands of neighbours."""

CANDIDATES_MAX = 10
"""Batteries named in one remark."""

BY_HAND = frozenset({"typed", "photo"})

NEAR_MISS = Advice(
    "near_miss",
    "low",
    "账面上没有电池 {battery}；仅一处之差的有：{candidates}。请核对编码。",
    "The books know nothing of battery {battery}; one slip away is {candidates}. Check the code.",
)


def reads(
    fact: Movement, is_known: Callable[[str], bool], may_be_known: Container[str]
) -> Iterator[Subject]:
    """Name the batteries that could be meant instead of those that the books know nothing of.

    `may_be_known`: what others say of, that are decided before this. Until then nobody can tell,
    and the neighbours are read in any case.
    """
    left = NEAR_MISSES_MAX
    for ref in _typed(fact):
        if left and not is_known(ref):
            left -= ref not in may_be_known
            yield from (f"battery:{other}" for other in _neighbours(ref))


def reads_at_most(fact: Movement) -> int:
    """Say how many batteries may have to be read beside those that a movement names."""
    return NEIGHBOURS * min(NEAR_MISSES_MAX, len(_typed(fact)))


def decide(fact: Movement, books: Books) -> Iterator[Remark]:
    """Remark on each unknown code that is one slip from a battery expected, or in stock, here."""
    unknown = [ref for ref in _typed(fact) if books.battery(ref).now.latest is None]
    for ref in unknown[:NEAR_MISSES_MAX]:
        found = _expected(ref, fact, books) or _in_stock(ref, fact, books)
        if found:
            named = found[:CANDIDATES_MAX]
            subjects = (f"battery:{one}" for one in (ref, *named))
            yield NEAR_MISS(*subjects, battery=ref, candidates=", ".join(named))


def _typed(fact: Movement) -> Sequence[str]:
    if fact.capture not in BY_HAND:
        return ()
    named = fact.batteries_named()
    return [ref for ref in named if len(ref.partition(":")[2]) <= CODE_TYPED_MAX]


def _expected(ref: str, fact: Movement, books: Books) -> list[str]:
    """Return what the consignment's list has one slip away, and the receiver has not named."""
    if not isinstance(fact, Received):
        return []
    left = books.consignment(fact.consignment).released.difference(fact.batteries_named())
    return sorted(other for other in left if distance_is_one(ref, other))


def _in_stock(ref: str, fact: Movement, books: Books) -> list[str]:
    """Return what stands in stock here, as far as is known now, and is not named beside it."""
    left = {*_neighbours(ref)}.difference(fact.batteries_named())
    return sorted(
        other
        for other in left
        if (now := books.battery(other).now.whereabouts)["state"] == "in_stock"
        and now["site"] == fact.site
    )


@lru_cache(maxsize=64)
def _neighbours(ref: str) -> tuple[str, ...]:
    return tuple(near(ref))
