"""Which ledgers the property tests of this folder share."""

from collections.abc import Iterator

import pytest

from custody.ledger import Ledger
from tests.ledger.forgetful import forgetful_ledgers


@pytest.fixture(scope="session")
def forgetful() -> Iterator[list[Ledger]]:
    """One of each engine; an example empties them before it begins."""
    with forgetful_ledgers() as ledgers:
        yield ledgers
