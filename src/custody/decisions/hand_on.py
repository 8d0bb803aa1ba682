"""转交: one carrier gives a consignment to the next. Is it the one that has it?"""

from collections.abc import Iterator

from custody.decisions import carriers
from custody.decisions.advice import Advice, Remark
from custody.events import HandedOn
from custody.state.books import Books
from custody.state.consignment import Consignment
from custody.terms import Millis

NOT_DISPATCHED = Advice(
    "not_dispatched",
    "medium",
    "交接单 {consignment} 在此之前没有交出记录：交出方可能尚未上报。",
    "Nothing is known of consignment {consignment} leaving before this: its sender may not have "
    "reported yet.",
)
NOT_ITS_CARRIER = Advice(
    "not_its_carrier",
    "high",
    "账面上交接单 {consignment} 由 {holder} 承运，而不是 {carrier}。",
    "The books have consignment {consignment} with {holder}, not with {carrier}.",
)


def decide(fact: HandedOn, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a consignment that has not left or that another has, and on who takes it."""
    subject = f"consignment:{fact.consignment}"
    holder = _holder(books.consignment(fact.consignment), fact)
    if holder is None:
        yield NOT_DISPATCHED(subject, consignment=fact.consignment)
    elif holder != fact.from_carrier:
        yield NOT_ITS_CARRIER(
            subject, consignment=fact.consignment, holder=holder, carrier=fact.from_carrier
        )
    yield from carriers.remarks(fact.to_carrier, fact.vehicle, subject, books.registry, fact.at)


def _holder(consignment: Consignment, fact: HandedOn) -> str | None:
    """Return which carrier had a consignment just before it was handed on."""
    left = [one for one in consignment.dispatches if one.order < fact.order]
    if not left:
        return None
    given = [one for one in consignment.hand_ons if left[-1].order < one.order < fact.order]
    return given[-1].to_carrier if given else left[-1].carrier
