"""转交: one carrier gives a consignment to the next. Is it the one that has it?"""

from collections.abc import Iterator

from custody.decisions import carriers
from custody.decisions.advice import Advice, Remark
from custody.events import Dispatched, HandedOn, carriage
from custody.state.books import Books
from custody.state.consignment import Consignment
from custody.state.registry import Registry
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
HANDED_ON_BY_ANOTHER = Advice(
    "handed_on_by_another",
    "low",
    "上报转交的 {site} 既非交出方 {carrier} 自己的站点，也不是交接单 {consignment} 的起止站点："
    "承运方 {next} 不会因此看到该交接单。",
    "{site}, which says so, is neither a site of the carrier {carrier} that gives nor one that "
    "consignment {consignment} leaves or goes to: on this word, {next} is not shown it.",
)


def decide(fact: HandedOn, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on a consignment that has not left or that another has, and on who takes it."""
    subject = f"consignment:{fact.consignment}"
    consignment = books.consignment(fact.consignment)
    left = [one for one in consignment.dispatches if one.order < fact.order]
    if not left:
        yield NOT_DISPATCHED(subject, consignment=fact.consignment)
    else:
        holder = _holder(left[-1], consignment, fact)
        if holder != fact.from_carrier:
            yield NOT_ITS_CARRIER(
                subject, consignment=fact.consignment, holder=holder, carrier=fact.from_carrier
            )
        elif not _counts(left[-1], consignment, fact, books.registry):
            yield HANDED_ON_BY_ANOTHER(
                subject,
                site=fact.site,
                carrier=fact.from_carrier,
                consignment=fact.consignment,
                next=fact.to_carrier,
            )
    yield from carriers.remarks(fact.to_carrier, fact.vehicle, subject, books.registry, fact.at)


def _holder(sent: Dispatched, consignment: Consignment, fact: HandedOn) -> str:
    """Return which carrier had a consignment just before it was handed on."""
    given = [one for one in consignment.hand_ons if sent.order < one.order < fact.order]
    return given[-1].to_carrier if given else sent.carrier


def _counts(sent: Dispatched, consignment: Consignment, fact: HandedOn, registry: Registry) -> bool:
    """Tell whether whoever posts this has a say in who has the consignment."""
    owners = {
        site: found.organisation
        for site in {one.site for one in (*consignment.hand_ons, fact)}
        if (found := registry.latest_site(site)) is not None
    }
    told = carriage.told(sent, consignment.hand_ons, owners)
    return carriage.vouches(fact, (sent.site, sent.to_site), told, owners)
