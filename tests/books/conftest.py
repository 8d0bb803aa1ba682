"""Which ledgers the books are read from: one of each engine, emptied for each example."""

from collections.abc import Iterator

import pytest

from custody.ledger import Ledger
from custody.projections.freshness import lay_out
from tests.hypothesis_profile import examples
from tests.ledger.forgetful import forgetful_ledgers

EXAMPLES = {"sqlite": examples(25), "postgresql": examples(8)}


@pytest.fixture(scope="session")
def forgetful() -> Iterator[dict[str, Ledger]]:
    with forgetful_ledgers() as both:
        for ledger in both:
            lay_out(ledger.engine)
        yield {ledger.engine.dialect.name: ledger for ledger in both}


@pytest.fixture(params=EXAMPLES)
def shelf(request: pytest.FixtureRequest, forgetful: dict[str, Ledger]) -> Ledger:
    """A ledger with its projections, of each engine in turn."""
    return forgetful[request.param]
