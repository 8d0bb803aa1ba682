"""查封: an authority holds batteries. Does the site have them, and were they held before?"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import in_hand, seen
from custody.events import HoldPlaced
from custody.state.books import Books
from custody.terms import Millis

HELD_BEFORE = Advice(
    "held_before",
    "low",
    "电池 {battery} 此前已因同一案号 {case} 查封。",
    "Battery {battery} is under hold for case {case} already.",
)


def decide(fact: HoldPlaced, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on each battery that the books have elsewhere, or that this case holds already."""
    batteries = seen(fact, fact.batteries, books)
    yield from in_hand(fact, batteries)
    for ref, believed in batteries:
        if fact.case in believed["holds"]:
            yield HELD_BEFORE(f"battery:{ref}", battery=ref, case=fact.case)
