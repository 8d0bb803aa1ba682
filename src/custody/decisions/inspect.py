"""检测: a battery is looked at and measured. Does the verdict follow from what was found?"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import in_hand, seen
from custody.decisions.soundness import UNFIT, broken_limits
from custody.events import Inspected
from custody.state.books import Books
from custody.terms import Millis

VERDICT_TOO_MILD = Advice(
    "verdict_too_mild",
    "high",
    "电池 {battery} 判为合格，但已超出健康评估限值：{limits}。",
    "Battery {battery} is said to pass, though it is beyond the limits of the health check: "
    "{limits}.",
)


def decide(fact: Inspected, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a battery that the books have elsewhere, and on one that should not have passed."""
    yield from in_hand(fact, seen(fact, [fact.battery], books))
    if fact.verdict == "pass":
        unfit = [one for one in fact.condition or () if one in UNFIT]
        found = [*broken_limits(fact), *(f"condition {one}" for one in unfit)]
        if found:
            limits = ", ".join(found)
            yield VERDICT_TOO_MILD(f"battery:{fact.battery}", battery=fact.battery, limits=limits)
