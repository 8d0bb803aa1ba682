import re
from itertools import permutations

from custody.events import BY_TYPE, Movement
from custody.events.fact import RANKS
from custody.events.journey import effective, verdicts
from custody.terms import MINUTE
from tests.given import (
    dismantle,
    dispatch,
    drop_off,
    inspect,
    monday,
    receive,
    store,
    sunday,
    tuesday,
    uuid7,
    void,
)
from tests.shared import shared

EARLY, LATE = (uuid7(monday, seed) for seed in ("a", "b"))
EARLY, LATE = sorted((EARLY, LATE))


def contract() -> str:
    """Read the contract that the names and their order come from, or skip and say so."""
    return shared("CONTRACT.md").read_text(encoding="utf-8")


def test_types_rank_as_the_contract_lists_them() -> None:
    table = contract().partition("(in rank order)")[2].partition("\n\n")[0]
    first_cells = [row.split("|")[1] for row in table.splitlines() if row.startswith("| `")]
    listed = tuple(re.findall(r"`(\w+)`", " ".join(first_cells)))
    assert listed == RANKS[: len(listed)], "what is added ranks behind all that was there"


def test_every_movement_has_a_rank() -> None:
    movements = {name for name, fact in BY_TYPE.items() if issubclass(fact, Movement)}
    assert movements <= {*RANKS}


def test_the_claimed_instant_decides_first() -> None:
    late_drop_off, early_dismantling = drop_off(at=monday + 1), dismantle(at=monday)
    assert effective([late_drop_off, early_dismantling]) == [early_dismantling, late_drop_off]


def test_at_one_instant_the_type_decides() -> None:
    ranked: list[Movement] = [
        drop_off(),
        store(at=monday),
        inspect(at=monday),
        dispatch(at=monday),
        receive(at=monday),
        dismantle(at=monday),
    ]
    for arrived in permutations(ranked):
        assert effective(arrived) == ranked


def test_of_one_type_at_one_instant_the_id_decides() -> None:
    first, second = store(id=EARLY), store(id=LATE)
    assert effective([second, first]) == [first, second]


def test_an_instant_is_the_same_whatever_the_offset_it_is_claimed_with() -> None:
    here, there = store(), store(occurred_at="2026-03-03T09:00:00.000+08:00")
    assert here.at == there.at == there.order[0] == tuesday


def test_a_voided_fact_drops_out_and_so_does_the_void() -> None:
    mistaken, true = store(place="A-1"), store(place="B-2")
    assert effective([mistaken, true, void(mistaken)]) == [true]


def test_a_void_counts_however_early_it_claims_to_be() -> None:
    mistaken = store()
    assert effective([mistaken, void(mistaken, at=monday)]) == []


def test_a_void_takes_back_nothing_but_its_target() -> None:
    kept = store()
    assert effective([kept, void(drop_off())]) == [kept]


def test_of_two_voids_the_later_counts() -> None:
    mistaken = store()
    first, second = void(mistaken), void(mistaken, at=sunday + MINUTE)
    assert verdicts([second, first]) == verdicts([first, second]) == {mistaken.id: second}


def test_of_two_voids_at_one_instant_the_greater_id_counts() -> None:
    mistaken = store()
    first, second = void(mistaken, id=EARLY), void(mistaken, id=LATE)
    assert verdicts([second, first]) == verdicts([first, second]) == {mistaken.id: second}
