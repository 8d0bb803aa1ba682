"""Are the batteries that arrived those that were sent?"""

from collections.abc import Iterator, Sequence
from itertools import chain

from custody import codes
from custody.decisions.advice import Advice, Remark
from custody.decisions.dispatch import ITEMS_DIGEST_WRONG
from custody.decisions.handling import subjects
from custody.events import Dispatched, Received
from custody.events.consignment import items_digest

SHORT = Advice(
    "short",
    "high",
    "交出的 {pieces} 块电池未到：既未接收，也未拒收。",
    "{pieces} of the batteries sent were neither accepted nor rejected.",
)
NOT_SENT = Advice(
    "not_sent",
    "high",
    "收到 {pieces} 块不在交出清单上的电池。",
    "{pieces} batteries arrived that were not on the list of what was sent.",
)
SUBSTITUTION = Advice(
    "substitution",
    "critical",
    "件数相符而电池不同：{pieces} 块未到，另有 {pieces} 块未列入清单，疑似调包。",
    "The count is right and the batteries are not: {pieces} did not arrive and {pieces} others "
    "did. They may have been swapped.",
)
ITEMS_DIFFER = Advice(
    "items_differ",
    "medium",
    "交接双方的清单摘要不同：交出 {sent} 块，清点 {counted} 块；请核对双方清单。",
    "Sender and receiver do not mean the same set: {sent} batteries left and {counted} were "
    "counted. Compare the two lists.",
)


def remarks(fact: Received, dispatches: Sequence[Dispatched]) -> Iterator[Remark]:
    """Remark on what is short, what nobody sent, and lists that are not what their digests say."""
    counted = fact.taken.union(one.battery for one in fact.rejected)
    released = frozenset(chain.from_iterable(dispatch.batteries for dispatch in dispatches))
    if dispatches:
        yield from _counted(counted, released)
    if fact.items_digest is None:
        return
    subject = f"consignment:{fact.consignment}"
    if fact.items_digest != items_digest(counted):
        yield ITEMS_DIGEST_WRONG(subject, consignment=fact.consignment, pieces=len(counted))
    if dispatches and fact.items_digest != items_digest(released):
        yield ITEMS_DIFFER(subject, sent=len(released), counted=len(counted))


def _counted(counted: frozenset[str], released: frozenset[str]) -> Iterator[Remark]:
    if counted == released:
        return
    short, not_sent = sorted(released - counted), sorted(counted - released)
    if short:
        yield SHORT(*subjects(short), pieces=len(short))
    if not_sent:
        yield NOT_SENT(*subjects(not_sent), pieces=len(not_sent))
    if len(short) == len(not_sent) and not _are_misread(short, not_sent):
        yield SUBSTITUTION(*subjects([*short, *not_sent]), pieces=len(short))


def _are_misread(short: Sequence[str], not_sent: Sequence[str]) -> bool:
    """Tell whether each code is but one slip away from its neighbour in the other list."""
    return all(codes.distance_is_one(*pair) for pair in zip(short, not_sent, strict=True))
