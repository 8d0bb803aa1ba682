"""Which custodian stands behind the intake: one on SQLite, as engines make no difference here."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from custody.custodian import Custodian
from custody.ledger import create_schema, open_engine
from tests.custodians import Interrupted, custodian_of


@pytest.fixture
def ledger(tmp_path: Path) -> Iterator[Interrupted]:
    engine = open_engine(f"sqlite:///{tmp_path}/custody.db")
    create_schema(engine)
    ledger = Interrupted(engine)
    yield ledger
    ledger.close()


@pytest.fixture
def custodian(ledger: Interrupted) -> Custodian:
    custodian = custodian_of(ledger)
    ledger.appended.clear()
    return custodian
