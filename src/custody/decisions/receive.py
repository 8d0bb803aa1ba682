"""接收: the receiver counted what arrived. Is it what was sent, and to whom it was sent?"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import AFTER_THE_END
from custody.events import Received
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
SEALS_BROKEN = Advice(
    "seals_broken",
    "high",
    "交接单 {consignment} 的封签到达时不完好。",
    "The seals of consignment {consignment} were not intact on arrival.",
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
    if fact.seals_intact is False:
        yield SEALS_BROKEN(subject, consignment=fact.consignment)
    if dispatches:
        yield from _tally(fact, consignment.released)
    for ref in fact.batteries_named():
        believed = books.battery(ref).before(fact)
        if has_ended(believed):
            yield AFTER_THE_END(f"battery:{ref}", battery=ref, state=believed["state"])


def _tally(fact: Received, released: frozenset[str]) -> Iterator[Remark]:
    turned_away = {one.battery for one in fact.rejected}
    short = sorted(released - fact.taken - turned_away)
    if short:
        yield SHORT(*[f"battery:{ref}" for ref in short], pieces=len(short))
    not_sent = sorted((fact.taken | turned_away) - released)
    if not_sent:
        yield NOT_SENT(*[f"battery:{ref}" for ref in not_sent], pieces=len(not_sent))
