"""A site has these batteries in its hands: do the books agree, and may it do so?"""

from collections.abc import Iterable, Iterator, Sequence

from custody.decisions import entering
from custody.decisions.advice import Advice, Remark
from custody.events import Movement
from custody.events.whereabouts import Whereabouts, has_ended
from custody.state.books import Books
from custody.terms import Subject

Seen = Sequence[tuple[str, Whereabouts]]
"""Batteries of a movement, each with what the books say of the moment just before it."""

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
LOST = Advice(
    "was_lost",
    "medium",
    "电池 {battery} 曾被报失窃或丢失，现已出现；请报送“找回”事件。",
    "Battery {battery} had been reported stolen or lost, and is here; report it as found.",
)
UNDER_HOLD = Advice(
    "under_hold",
    "critical",
    "电池 {battery} 正被查封（案号 {cases}），解除前不得移交或处理。",
    "Battery {battery} is under hold ({cases}): until released, nobody may pass on or process it.",
)


def seen(fact: Movement, refs: Iterable[str], books: Books) -> Seen:
    """Look each battery up, once for all that is to be asked of it."""
    return [(ref, books.battery(ref).before(fact)) for ref in refs]


def in_hand(fact: Movement, batteries: Seen, coming_back: str | None = None) -> Iterator[Remark]:
    """Remark on each battery that the books do not have at the site which handles it.

    `coming_back`: the consignment that is sent back; what was rejected is still on the road in it.
    """
    for ref, believed in batteries:
        state = believed["state"]
        if state == "in_stock" and believed["site"] == fact.site:
            continue
        subject = f"battery:{ref}"
        if state is None:
            yield NEVER_SEEN(subject, battery=ref)
            yield from entering.remarks(fact, ref)
        elif has_ended(believed):
            if not fact.even_after_the_end:
                yield AFTER_THE_END(subject, battery=ref, state=state)
        elif state == "in_transit":
            if believed["consignment"] != coming_back:
                yield STILL_ON_THE_ROAD(subject, battery=ref, consignment=believed["consignment"])
        elif state == "missing":
            yield MISSING(subject, battery=ref)
        elif state == "lost":
            yield LOST(subject, battery=ref)
        else:
            yield HELD_ELSEWHERE(subject, battery=ref, site=believed["site"])


def under_hold(batteries: Seen) -> Iterator[Remark]:
    """Remark on each battery that an authority holds, and that is about to be gone."""
    for ref, believed in batteries:
        if believed["holds"]:
            yield UNDER_HOLD(f"battery:{ref}", battery=ref, cases=", ".join(believed["holds"]))


def subjects(refs: Iterable[str]) -> tuple[Subject, ...]:
    """Name batteries as the subjects of one remark on all of them."""
    return tuple(f"battery:{ref}" for ref in refs)
