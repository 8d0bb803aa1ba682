"""How does a test put a custodian to work: over which ledger, with whom registered, asked what?"""

from collections.abc import Callable, Sequence
from typing import Any

from custody.custodian import Custodian, Outcome, Posted, Receipt, Recorded, Request
from custody.events import Movement
from custody.ledger import Ledger, Record
from custody.terms import Refused
from tests.given import network, next_monday, posted


class Interrupted(Ledger):
    """A ledger before each append of which something may happen, such as the append of another."""

    def __init__(self, *about: Any) -> None:
        super().__init__(*about)
        self.before_append: Callable[[], object] = lambda: None
        self.appended: list[int] = []

    def append(self, entries: Sequence[Any], **how: Any) -> Any:
        self.before_append()
        done = super().append(entries, **how)
        self.appended.append(len(entries))
        return done


def custodian_of(ledger: Ledger) -> Custodian:
    """Return a custodian of the tests' network, a week after it all began."""
    custodian = Custodian(ledger, clock=lambda: next_monday)
    for party in network:
        custodian.register(party)
    return custodian


def record(custodian: Custodian, *facts: Movement | Posted, strict: bool = False) -> list[Outcome]:
    """Hand movements in as one request; return its outcomes."""
    (outcomes,) = custodian.record([request(*facts, strict=strict)])
    return outcomes


def request(*facts: Movement | Posted, strict: bool = False) -> Request:
    handed_in = [fact if isinstance(fact, Posted) else posted(fact) for fact in facts]
    return Request(handed_in, strict)


def receipt(outcome: Outcome) -> Receipt:
    """Return the receipt of what was recorded just now."""
    assert isinstance(outcome, Recorded), outcome
    assert not outcome.duplicate
    return outcome.receipt


def shown(outcome: Outcome) -> tuple[str, ...]:
    """Say in words what came of a movement: how it was answered, and what was remarked."""
    if isinstance(outcome, Refused):
        return ("refused", outcome.code, *(error.code for error in outcome.errors))
    status = "duplicate" if outcome.duplicate else "recorded"
    return (status, *(remark["code"] for remark in outcome.receipt.remarks))


def movements_in(ledger: Ledger) -> list[Record]:
    """Return every record of a movement, in order."""
    parties = {party.type for party in network}
    return [found for found in ledger.since(0, 100_000) if found.type not in parties]
