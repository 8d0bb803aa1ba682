"""Is each asker let through as often as allowed, and the others regardless of it?"""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.limits import ASKERS_MAX, MOVEMENTS, UNLIMITED, Allowance, Rates, rates


class Clock:
    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


def test_a_bucket_is_full_at_first_and_flows_back(clock: Clock) -> None:
    rates = Rates(Allowance(10, 30), clock)
    assert rates.take("a", 30) == 0
    assert rates.take("a") == pytest.approx(0.1)
    assert rates.take("b", 30) == 0
    clock.now += 0.1
    assert rates.take("a") == 0
    assert rates.take("a", 5) == pytest.approx(0.5)
    clock.now += 1_000
    assert rates.take("a", 30) == 0


def test_more_than_a_bucket_holds_passes_when_it_is_full_and_is_owed(clock: Clock) -> None:
    rates = Rates(Allowance(10, 30), clock)
    assert rates.take("a", 100) == 0
    assert rates.take("a") == pytest.approx(7.1)
    clock.now += 7.2
    assert rates.take("a") == 0


def test_without_a_rate_nobody_counts() -> None:
    rates = Rates(UNLIMITED)
    assert all(rates.take("a", 1_000_000) == 0 for _ in range(10))


def test_a_terminal_that_was_cut_off_gets_rid_of_all_it_has(clock: Clock) -> None:
    rates = Rates(MOVEMENTS, clock)
    assert all(rates.take("t", 1_000) == 0 for _ in range(20))


def test_who_asks_too_much_is_not_forgotten_for_those_who_asked_once(
    clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(rates, "ASKERS_MAX", 10)
    held = Rates(Allowance(1, 5), clock)
    assert held.take("greedy", 5) == 0
    for n in range(9):
        held.take(f"a{n}")
    clock.now += 2
    for n in range(9):
        held.take(f"b{n}")
    assert held.take("greedy", 5) > 0
    assert len(held._buckets) <= 10
    assert ASKERS_MAX > 10


@given(st.lists(st.tuples(st.floats(0, 5), st.integers(1, 40))))
def test_in_the_long_run_no_more_pass_than_flow(asked: list[tuple[float, int]]) -> None:
    clock = Clock()
    held = Rates(Allowance(7, 40), clock)
    begun, passed = clock.now, 0
    for pause, count in asked:
        clock.now += pause
        wait = held.take("a", count)
        passed += 0 if wait else count
        assert passed <= 40 + 7 * (clock.now - begun) + 1e-6
