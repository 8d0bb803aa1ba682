"""Ledgers with a log beside them, in a world of a few facts."""

import pytest

from custody.ledger import Ledger
from custody.log import store, tables
from tests.log.sealing import ORIGIN
from tests.projections.bookkeeping import Office


@pytest.fixture
def office(ledger: Ledger) -> Office:
    """An office with everyone registered, whose log has begun and holds nothing yet."""
    tables.lay_out(ledger.engine)
    store.begin(ledger.engine, ORIGIN)
    return Office(ledger).open()
