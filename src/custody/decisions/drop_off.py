"""交售: a battery enters the network. Was it not in it already?"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import AFTER_THE_END
from custody.events import DroppedOff
from custody.events.whereabouts import has_ended
from custody.state.books import Books
from custody.terms import Millis

SECOND_DROP_OFF = Advice(
    "second_drop_off",
    "medium",
    "电池 {battery} 已在网络中（{state}），这是又一次交售。",
    "Battery {battery} is in the network already ({state}); this is another drop-off of it.",
)


def decide(fact: DroppedOff, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a battery that was dropped off before, or that is no more."""
    ref = fact.battery.code
    believed = books.battery(ref).before(fact)
    if has_ended(believed):
        yield AFTER_THE_END(f"battery:{ref}", battery=ref, state=believed["state"])
    elif believed["state"] is not None:
        yield SECOND_DROP_OFF(f"battery:{ref}", battery=ref, state=believed["state"])
