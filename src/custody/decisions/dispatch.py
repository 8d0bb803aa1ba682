"""交出: a consignment leaves. Does the site have the batteries, and may they go, there and so?"""

from collections.abc import Iterator

from custody.decisions import cargo, carriers, returning, routes
from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import in_hand, seen, under_hold
from custody.events import Dispatched
from custody.events.consignment import items_digest
from custody.state.books import Books
from custody.terms import Millis

RECIPIENT_UNKNOWN = Advice(
    "recipient_unknown",
    "critical",
    "接收站点 {site} 未登记。",
    "The receiving site {site} is not registered.",
)
RECIPIENT_SUSPENDED = Advice(
    "recipient_suspended",
    "high",
    "接收站点 {site} 在交出时已停用。",
    "The receiving site {site} was not active when the consignment left.",
)
NUMBER_USED_BEFORE = Advice(
    "consignment_number_used",
    "high",
    "交接单号 {consignment} 此前已用于另一次交出。",
    "Consignment number {consignment} has been used for another dispatch before.",
)
SENT_TO_ITSELF = Advice(
    "sent_to_itself",
    "medium",
    "交出站点与接收站点相同：{site}。",
    "The consignment is addressed to the site that sends it: {site}.",
)
ITEMS_DIGEST_WRONG = Advice(
    "items_digest_wrong",
    "medium",
    "交接单 {consignment} 的清单摘要与所列 {pieces} 块电池不符。",
    "The digest of consignment {consignment} is not that of the {pieces} batteries listed.",
)


def decide(fact: Dispatched, books: Books, now: Millis) -> Iterator[Remark]:
    """Refuse what is no lithium goods at all; remark on what should not leave, or not like that."""
    cargo.refuse_lead_acid(fact)
    subject = f"consignment:{fact.consignment}"
    if books.consignment(fact.consignment).dispatches:
        yield NUMBER_USED_BEFORE(subject, consignment=fact.consignment)
    yield from _recipient(fact, books)
    yield from carriers.remarks(fact.carrier, fact.vehicle, subject, books.registry, fact.at)
    yield from returning.remarks(fact, books)
    batteries = seen(fact, fact.batteries, books)
    yield from in_hand(fact, batteries, coming_back=fact.returns)
    yield from under_hold(batteries)
    yield from cargo.remarks(fact, batteries)
    if fact.items_digest is not None and fact.items_digest != items_digest(fact.batteries):
        pieces = len(fact.batteries)
        yield ITEMS_DIGEST_WRONG(subject, consignment=fact.consignment, pieces=pieces)


def _recipient(fact: Dispatched, books: Books) -> Iterator[Remark]:
    recipient = f"site:{fact.to_site}"
    if fact.to_site == fact.site:
        yield SENT_TO_ITSELF(recipient, site=fact.to_site)
        return
    if books.registry.latest(recipient) is None:
        yield RECIPIENT_UNKNOWN(recipient, site=fact.to_site)
        return
    if not books.registry.is_active(recipient, fact.at):
        yield RECIPIENT_SUSPENDED(recipient, site=fact.to_site)
    yield from routes.remarks(fact, books)
