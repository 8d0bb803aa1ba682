"""Ledgers with a log beside them, in a world of a few facts."""

import pytest

from custody.ledger import Ledger
from custody.log import store, tables
from custody.projections.freshness import lay_out
from tests import given
from tests.given import other
from tests.log.destroyed import arrived, closed, drop_off, inspect, sent, store_
from tests.log.sealing import ORIGIN
from tests.projections.bookkeeping import Office


@pytest.fixture
def office(ledger: Ledger) -> Office:
    """An office with everyone registered, whose log has begun and holds nothing yet."""
    tables.lay_out(ledger.engine)
    store.begin(ledger.engine, ORIGIN)
    return Office(ledger).open()


@pytest.fixture
def week(office: Office) -> Ledger:
    """A ledger of a week's facts, sealed and published with heads."""
    lay_out(office.ledger.engine)
    office.post(drop_off, store_, inspect, given.drop_off(other), sent, arrived)
    return closed(office.ledger)
