"""事件: fire, leak, theft, loss, or something found. What must be done, and was it ever lost?"""

from collections.abc import Iterator

from custody.decisions import entering
from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import AFTER_THE_END, NEVER_SEEN, Seen, in_hand, seen, subjects
from custody.events import IncidentReported
from custody.events.whereabouts import has_ended
from custody.state.books import Books
from custody.terms import Millis

ISOLATE = Advice(
    "isolate",
    "critical",
    "立即隔离起火或泄漏的电池，疏散周边，勿徒手接触；起火请拨 119，并单独存放、持续观察。",
    "Isolate what burns or leaks at once, clear the area, touch nothing with bare hands; call 119 "
    "for a fire, keep it apart afterwards and watch it.",
)
FOUND_NEVER_LOST = Advice(
    "found_never_lost",
    "low",
    "电池 {battery} 报为找回，但账面上并未丢失（{state}）。",
    "Battery {battery} is reported as found, but the books never missed it ({state}).",
)
LOST_BEFORE = Advice(
    "lost_before",
    "low",
    "电池 {battery} 此前已报失。",
    "Battery {battery} had been reported lost or stolen before.",
)


def decide(fact: IncidentReported, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on what must be done at once, and on batteries that the books have elsewhere."""
    if fact.kind in ("fire", "leak"):
        yield ISOLATE(f"site:{fact.site}", *subjects(fact.batteries))
    batteries = seen(fact, fact.batteries, books)
    if fact.kind == "found":
        yield from _found(fact, batteries)
        return
    lost = [one for one in batteries if one[1]["state"] == "lost"]
    for ref, _ in lost:
        if fact.kind in ("theft", "loss"):
            yield LOST_BEFORE(f"battery:{ref}", battery=ref)
    yield from in_hand(fact, [one for one in batteries if one not in lost])


def _found(fact: IncidentReported, batteries: Seen) -> Iterator[Remark]:
    """Whatever was lost or missing may turn up anywhere; the rest had nowhere to turn up from."""
    for ref, believed in batteries:
        subject = f"battery:{ref}"
        state = believed["state"]
        if state is None:
            yield NEVER_SEEN(subject, battery=ref)
            yield from entering.remarks(fact, ref)
        elif has_ended(believed):
            yield AFTER_THE_END(subject, battery=ref, state=state)
        elif state not in ("lost", "missing"):
            yield FOUND_NEVER_LOST(subject, battery=ref, state=state)
