"""A site has these batteries in its hands: do the books agree?"""

from collections.abc import Iterable, Iterator

from custody.decisions.advice import Advice, Remark
from custody.events import Movement
from custody.events.whereabouts import has_ended
from custody.state.books import Books

AFTER_THE_END = Advice(
    "after_the_end",
    "critical",
    "电池 {battery} 已于此前终结（{state}），其后的扫描不改变其状态。",
    "Battery {battery} had already ended ({state}); a later scan changes nothing of it.",
)
HELD_ELSEWHERE = Advice(
    "held_elsewhere",
    "high",
    "账面上电池 {battery} 在 {site}，而不在本站点。",
    "The books have battery {battery} at {site}, not at this site.",
)
STILL_ON_THE_ROAD = Advice(
    "still_on_the_road",
    "high",
    "账面上电池 {battery} 仍在交接单 {consignment} 的运输途中，尚无接收记录。",
    "The books have battery {battery} on the road in consignment {consignment}, not yet received.",
)
NEVER_SEEN = Advice(
    "never_seen",
    "low",
    "账面上没有电池 {battery} 的任何记录：它的交售可能尚未上报。",
    "The books know nothing of battery {battery}: its drop-off may not have been reported yet.",
)
MISSING = Advice(
    "was_missing",
    "medium",
    "电池 {battery} 曾被记为短少，现已出现。",
    "Battery {battery} had been reported missing, and has turned up.",
)


def in_hand(fact: Movement, refs: Iterable[str], books: Books) -> Iterator[Remark]:
    """Remark on each battery that the books do not have at the site which handles it."""
    for ref in refs:
        believed = books.battery(ref).before(fact)
        subject = f"battery:{ref}"
        state = believed["state"]
        if state is None:
            yield NEVER_SEEN(subject, battery=ref)
        elif has_ended(believed):
            yield AFTER_THE_END(subject, battery=ref, state=state)
        elif state == "in_transit":
            yield STILL_ON_THE_ROAD(subject, battery=ref, consignment=believed["consignment"])
        elif state == "missing":
            yield MISSING(subject, battery=ref)
        elif believed["site"] != fact.site:
            yield HELD_ELSEWHERE(subject, battery=ref, site=believed["site"])
