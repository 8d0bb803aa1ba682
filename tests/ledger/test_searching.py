"""Is the last position found that was recorded at a moment or before?"""

from itertools import accumulate

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.ledger import Entry, Ledger
from custody.ledger import sqlite as sqlite_statements
from tests.hypothesis_profile import examples
from tests.ledger.forgetful import empty

NOTE = Entry("noted", 1, b"{}", ("a",))
EXAMPLES = examples(30)


@pytest.mark.parametrize("engine", [0, 1], ids=["sqlite", "postgresql"])
def test_it_is_the_last_one_recorded_by_then(forgetful: list[Ledger], engine: int) -> None:
    ledger = forgetful[engine]

    @settings(max_examples=EXAMPLES)
    @given(st.lists(st.tuples(st.integers(0, 2), st.integers(1, 3)), max_size=6))
    def law(steps: list[tuple[int, int]]) -> None:
        empty(ledger)
        recorded: list[int] = []
        for now, (_, size) in zip(accumulate(step for step, _ in steps), steps, strict=True):
            ledger.append([NOTE] * size, now=1_000 + now)
            recorded += [1_000 + now] * size
        for moment in range(998, 1_015):
            expected = sum(1 for one in recorded if one <= moment)
            assert ledger.position_at(moment) == expected

    law()


def test_a_clock_that_went_back_changes_nothing(ledger: Ledger) -> None:
    for now in (10, 5, 20):
        ledger.append([NOTE], now=now)
    assert [ledger.position_at(moment) for moment in (9, 10, 19, 20)] == [0, 2, 2, 3]


def test_each_step_is_a_look_up_by_key(ledger: Ledger) -> None:
    if ledger.engine.dialect.name != "sqlite":
        return
    with ledger.engine.connect() as connection:
        asked = "explain query plan " + sqlite_statements._POSITION_AT
        plan = [row.detail for row in connection.exec_driver_sql(asked, (1,))]
    assert any(step.startswith("SEARCH r USING INTEGER PRIMARY KEY") for step in plan)
