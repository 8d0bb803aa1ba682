"""Has nobody more requests open than it may, and is nobody remembered who has none?"""

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from custody.limits import InFlight


def test_each_asker_has_so_many_at_once_regardless_of_the_others() -> None:
    in_flight = InFlight(2)
    assert [in_flight.begin("a") for _ in range(3)] == [True, True, False]
    assert in_flight.begin("b")
    in_flight.end("a")
    assert [in_flight.begin("a") for _ in range(2)] == [True, False]


def test_without_a_limit_everybody_may() -> None:
    in_flight = InFlight(0)
    assert all(in_flight.begin("a") for _ in range(10_000))


@given(st.integers(1, 4), st.lists(st.tuples(st.sampled_from("ab"), st.booleans())))
def test_whatever_begins_and_ends_the_count_is_what_is_open(
    at_most: int, told: list[tuple[str, bool]]
) -> None:
    in_flight, is_open = InFlight(at_most), Counter[str]()
    for asker, begins in told:
        if begins:
            assert in_flight.begin(asker) == (is_open[asker] < at_most)
            is_open[asker] = min(at_most, is_open[asker] + 1)
        elif is_open[asker]:
            in_flight.end(asker)
            is_open[asker] -= 1
        assert in_flight.begun == +is_open
