"""Is a connection as durable as before, once it has written what need not be?"""

from pathlib import Path

import pytest

from custody.ledger import Ledger, open_ledger, writing
from tests.log.breaking import Broken, failing_commit

FULL = 2


def flushes(ledger: Ledger) -> int:
    """Return how the next one to write on this connection flushes."""
    with writing(ledger.engine) as connection:
        return int(connection.exec_driver_sql("pragma synchronous").scalar_one())


@pytest.mark.parametrize("persisted", [True, False])
def test_a_commit_that_fails_leaves_the_next_one_as_durable_as_before(
    tmp_path: Path, persisted: bool
) -> None:
    ledger = open_ledger(f"sqlite:///{tmp_path}/custody.db")
    try:
        assert flushes(ledger) == FULL
        with (
            failing_commit(ledger.engine, persisted=persisted),
            pytest.raises(Broken),
            writing(ledger.engine, durable=False) as connection,
        ):
            connection.exec_driver_sql("create table beside (one int)")
        assert flushes(ledger) == FULL
    finally:
        ledger.close()
