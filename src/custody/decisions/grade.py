"""分级: what is a battery still good for? Not for a second life, if it is worn out."""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import in_hand, seen
from custody.decisions.second_life import is_open
from custody.decisions.soundness import UNFIT, broken_limits
from custody.events import Graded
from custody.events.whereabouts import Whereabouts
from custody.state.books import Books
from custody.terms import Millis

GRADE_INFLATED = Advice(
    "grade_inflated",
    "high",
    "电池 {battery} 拟作梯次利用，但其状况不允许：{because}。",
    "Battery {battery} is meant for a second life, which its state forbids: {because}.",
)
SECOND_LIFE_ROUTE_CLOSED = Advice(
    "second_life_route_closed",
    "medium",
    "梯次利用未开放：站点 {site} 在该时刻没有任何梯次用途的许可。请改走拆解或再生利用。",
    "Second life is closed: site {site} had no licence for any use at that time. Route the "
    "battery to dismantling or recycling.",
)


def decide(fact: Graded, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a battery that the books have elsewhere, and on a second life it cannot have."""
    batteries = seen(fact, [fact.battery], books)
    yield from in_hand(fact, batteries)
    if fact.route != "second_life":
        return
    ((ref, believed),) = batteries
    because = [*broken_limits(fact), *_unfit(believed)]
    if because:
        yield GRADE_INFLATED(f"battery:{ref}", battery=ref, because=", ".join(because))
    if not is_open(fact.site, fact.at, books.registry):
        yield SECOND_LIFE_ROUTE_CLOSED(f"site:{fact.site}", site=fact.site)


def _unfit(battery: Whereabouts) -> Iterator[str]:
    if battery["must_treat"]:
        yield "verdict treat"
    for condition in battery["condition"]:
        if condition in UNFIT:
            yield f"condition {condition}"
