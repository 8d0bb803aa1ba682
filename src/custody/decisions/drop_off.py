"""交售: a battery enters the network. Was it not in it already?"""

from collections.abc import Iterator

from custody.decisions import entering
from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import AFTER_THE_END
from custody.decisions.likeness import differences
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
DESCRIBED_OTHERWISE = Advice(
    "described_otherwise",
    "high",
    "电池 {battery} 与此前记录的差别过大（{differences}）：可能是同一编码用于两块电池。",
    "Battery {battery} differs too much from what was known of it ({differences}): its code may "
    "be on two packs.",
)


def decide(fact: DroppedOff, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a battery that was dropped off before, or that is no more, or that is another."""
    described = fact.battery
    ref = described.code
    believed = books.battery(ref).before(fact)
    if believed["state"] is None:
        yield from entering.remarks(fact, ref)
        return
    kind = AFTER_THE_END if has_ended(believed) else SECOND_DROP_OFF
    yield kind(f"battery:{ref}", battery=ref, state=believed["state"])
    found = differences(described.chemistry, described.mass_g, believed)
    if found:
        yield DESCRIBED_OTHERWISE(f"battery:{ref}", battery=ref, differences=", ".join(found))
