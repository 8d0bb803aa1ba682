"""What was rejected goes back: was it this site that received it, and is it that which returns?"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.events import Dispatched
from custody.state.books import Books
from custody.terms import HOUR, Millis

RETURN_WITHIN: Millis = 72 * HOUR
"""How long after its rejection a battery may go back against the stream (the route graph)."""

RETURNS_UNKNOWN = Advice(
    "returns_unknown",
    "low",
    "所退回的交接单 {returns} 没有任何记录：可能尚未上报。",
    "Nothing is known of consignment {returns}, which is said to go back: it may not have been "
    "reported yet.",
)
RETURNS_NOT_RECEIVED = Advice(
    "returns_not_received",
    "high",
    "所退回的交接单 {returns} 并未在站点 {site} 接收。",
    "Consignment {returns}, which is said to go back, was never received at {site}.",
)


def remarks(fact: Dispatched, books: Books) -> Iterator[Remark]:
    """Remark on a return of what is not known, or of what came to somebody else."""
    if fact.returns is None:
        return
    subject = f"consignment:{fact.returns}"
    returned = books.consignment(fact.returns)
    receipts = returned.receipts
    if not receipts and all(one.id == fact.id for one in returned.dispatches):
        yield RETURNS_UNKNOWN(subject, returns=fact.returns)
    elif fact.site not in {receipt.site for receipt in receipts}:
        yield RETURNS_NOT_RECEIVED(subject, returns=fact.returns, site=fact.site)


def is_rejected_return(fact: Dispatched, books: Books) -> bool:
    """Tell whether what goes back was rejected here, and lately, and goes to whom it came from."""
    if fact.returns is None:
        return False
    returned = books.consignment(fact.returns)
    senders = {dispatch.site for dispatch in returned.dispatches}
    if senders and fact.to_site not in senders:
        return False
    rejected = {
        one.battery
        for receipt in returned.receipts
        if receipt.site == fact.site and 0 <= fact.at - receipt.at <= RETURN_WITHIN
        for one in receipt.rejected
    }
    return rejected.issuperset(fact.batteries)
