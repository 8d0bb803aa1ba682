"""交出: a consignment leaves. Does the site have the batteries, and who is to get them?"""

from collections.abc import Iterator

from custody.decisions.advice import Advice, Remark
from custody.decisions.handling import in_hand
from custody.events import Dispatched
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
CARRIER_UNKNOWN = Advice(
    "carrier_unknown",
    "critical",
    "承运方 {carrier} 未登记。",
    "The carrier {carrier} is not registered.",
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


def decide(fact: Dispatched, books: Books, now: Millis) -> Iterator[Remark]:
    """Remark on batteries held elsewhere, on a number used twice, and on whom the goods go to."""
    subject = f"consignment:{fact.consignment}"
    if books.consignment(fact.consignment).dispatches:
        yield NUMBER_USED_BEFORE(subject, consignment=fact.consignment)
    recipient = f"site:{fact.to_site}"
    if fact.to_site == fact.site:
        yield SENT_TO_ITSELF(recipient, site=fact.to_site)
    elif books.registry.latest(recipient) is None:
        yield RECIPIENT_UNKNOWN(recipient, site=fact.to_site)
    elif not books.registry.is_active(recipient, fact.at):
        yield RECIPIENT_SUSPENDED(recipient, site=fact.to_site)
    carrier = f"organisation:{fact.carrier}"
    if books.registry.latest(carrier) is None:
        yield CARRIER_UNKNOWN(carrier, carrier=fact.carrier)
    yield from in_hand(fact, fact.batteries, books)
