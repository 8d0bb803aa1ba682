"""接收: the receiver counted what arrived. Is it what was sent, and to whom it was sent?"""

from collections.abc import Iterator, Sequence

from custody.decisions import entering, tally, weighing
from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import AFTER_THE_END, Seen, seen
from custody.events import Dispatched, Received
from custody.events.whereabouts import has_ended
from custody.state.books import Books
from custody.terms import Millis

WITHOUT_DISPATCH = Advice(
    "receipt_without_dispatch",
    "high",
    "交接单 {consignment} 没有交出记录：交出方可能尚未上报。",
    "Nothing is known of consignment {consignment} leaving: its sender may not have reported yet.",
)
NOT_THE_ADDRESSEE = Advice(
    "not_the_addressee",
    "high",
    "交接单 {consignment} 的接收方是 {site}，而不是本站点。",
    "Consignment {consignment} was addressed to {site}, not to this site.",
)
RECEIVED_BEFORE = Advice(
    "received_before",
    "medium",
    "交接单 {consignment} 此前已有接收记录。",
    "Consignment {consignment} has been received before.",
)
SEALS_BROKEN = Advice(
    "seals_broken",
    "high",
    "交接单 {consignment} 的封签到达时不完好。",
    "The seals of consignment {consignment} were not intact on arrival.",
)
SEALS_DIFFER = Advice(
    "seals_differ",
    "high",
    "交接单 {consignment} 的封签号不符：交出时为 {sent}，到达时为 {found}。",
    "The seals of consignment {consignment} are others: {sent} when it left, {found} on arrival.",
)


def decide(fact: Received, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on whatever does not tally between what was sent and what was counted."""
    consignment = books.consignment(fact.consignment)
    subject = f"consignment:{fact.consignment}"
    dispatches = consignment.dispatches
    if not dispatches:
        yield WITHOUT_DISPATCH(subject, consignment=fact.consignment)
    elif fact.site not in {dispatch.to_site for dispatch in dispatches}:
        to_site = dispatches[-1].to_site
        yield NOT_THE_ADDRESSEE(subject, consignment=fact.consignment, site=to_site)
    if consignment.receipts:
        yield RECEIVED_BEFORE(subject, consignment=fact.consignment)
    yield from _seals(fact, dispatches)
    yield from tally.remarks(fact, dispatches)
    batteries = seen(fact, fact.batteries_named(), books)
    yield from weighing.remarks(fact, dispatches, batteries)
    yield from _each(fact, batteries)


def _seals(fact: Received, dispatches: Sequence[Dispatched]) -> Iterator[Remark]:
    subject = f"consignment:{fact.consignment}"
    if fact.seals_intact is False:
        yield SEALS_BROKEN(subject, consignment=fact.consignment)
    sent = {seal for dispatch in dispatches for seal in dispatch.seals or ()}
    if sent and fact.seals is not None and sent != {*fact.seals}:
        yield SEALS_DIFFER(
            subject,
            consignment=fact.consignment,
            sent=", ".join(sorted(sent)),
            found=", ".join(sorted(fact.seals)) or "-",
        )


def _each(fact: Received, batteries: Seen) -> Iterator[Remark]:
    for ref, believed in batteries:
        if believed["state"] is None:
            yield from entering.remarks(fact, ref)
        elif has_ended(believed):
            yield AFTER_THE_END(f"battery:{ref}", battery=ref, state=believed["state"])
