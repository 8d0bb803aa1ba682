"""A ledger with facts in it, a receiver, and one that delivers by a clock that the test sets."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from typing import Any

import pytest

from custody import keys
from custody.codes import make_uscc
from custody.custodian import Custodian
from custody.events import OrganisationRegistered
from custody.ledger import Ledger, open_ledger
from custody.projections.freshness import lay_out
from custody.projector import Projector
from custody.pushing import Subscription, Wanted, delivering, keeping, posting, tables
from custody.pushing.delivering import Deliverer
from custody.pushing.posting import Posting
from custody.vault.sealing import new_key
from tests.beginnings import BEGINNINGS
from tests.pushing.receiver import Receiver, receiving
from tests.waiting import LONG_S, eventually

NOON = 1_772_323_200_000
MASTER = new_key()
LOOPBACK = (ip_network("127.0.0.0/8"),)
TOTAL_S = LONG_S


class Clock:
    """Says what the test wants it to say."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> int:
        return self.now


@dataclass
class Pushing:
    """Books, and everybody who has to do with telling them."""

    ledger: Ledger
    key: str
    clock: Clock = field(default_factory=Clock)
    total_s: float = TOTAL_S
    chance: Callable[[], float] = lambda: 0.5

    def record(self, *numbers: int, projected: bool = True) -> int:
        """Record a fact for each number, and let every query know; return the last position."""
        custodian = Custodian(self.ledger, self.clock)
        for number in numbers:
            said = {
                "type": "organisation_registered",
                "uscc": make_uscc("330106", number),
                "name": f"n{number}",
            }
            custodian.register(OrganisationRegistered.model_validate_json(json.dumps(said)))
        if projected:
            Projector(self.ledger).catch_up()
        return self.ledger.head().position

    def subscribe(self, url: str, **wanted: Any) -> tuple[Subscription, str]:
        return keeping.create(
            self.ledger.engine, MASTER, self.key, Wanted(url, **wanted), self.clock.now
        )

    def stands(self, one: Subscription) -> Subscription:
        return keeping.find(self.ledger.engine, one.id, None)

    def until(self, one: Subscription, **values: Any) -> Subscription:
        """Wait until it stands so; return it."""
        eventually(lambda: all(getattr(self.stands(one), n) == v for n, v in values.items()))
        return self.stands(one)

    def resume(self, one: Subscription) -> Subscription:
        return keeping.resume(self.ledger.engine, one.id, None)

    def due(self, one: Subscription) -> None:
        """Wait until it waits to be tried again, and let so much time pass."""
        eventually(lambda: self.stands(one).next_at is not None)
        next_at = self.stands(one).next_at
        assert next_at is not None
        self.clock.now = max(self.clock.now, next_at)

    @contextmanager
    def delivering(self, **named: Any) -> Iterator[Deliverer]:
        opened = named.pop("posting", lambda: Posting(LOOPBACK, total_s=self.total_s))
        one = Deliverer(
            self.ledger,
            named.pop("master", MASTER),
            LOOPBACK,
            self.clock,
            chance=self.chance,
            posting=opened,
            **named,
        )
        one.start()
        try:
            yield one
        finally:
            one.stop()


def _begun(database_url: str) -> None:
    """All tables, and nothing in them."""
    ledger = open_ledger(database_url)
    keys.lay_out(ledger.engine)
    lay_out(ledger.engine)
    tables.lay_out(ledger.engine)
    ledger.close()


BEGINNINGS["pushing"] = _begun


@pytest.fixture
def pushing(ledger: Ledger, monkeypatch: pytest.MonkeyPatch) -> Pushing:
    monkeypatch.setattr(delivering, "LOOK_S", 0.02)
    monkeypatch.setattr(posting, "CONNECT_S", LONG_S)
    return Pushing(ledger, keys.create(ledger.engine, "auditor")[0].id)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one
