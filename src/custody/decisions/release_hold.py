"""解除查封: an authority lets go of batteries. Did it hold them?"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import in_hand, seen
from custody.events import HoldReleased
from custody.state.books import Books
from custody.terms import Millis

NOT_HELD = Advice(
    "not_held",
    "medium",
    "电池 {battery} 并未因案号 {case} 被查封；请核对案号。",
    "Battery {battery} is not under hold for case {case}; check the case.",
)


def decide(fact: HoldReleased, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on each battery that the books have elsewhere, or that this case does not hold."""
    batteries = seen(fact, fact.batteries, books)
    yield from in_hand(fact, batteries)
    for ref, believed in batteries:
        if fact.case not in believed["holds"]:
            yield NOT_HELD(f"battery:{ref}", battery=ref, case=fact.case)
