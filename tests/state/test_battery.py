from collections.abc import Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.events import Movement
from custody.events.journey import effective, joins, of_battery, whereabouts
from custody.events.whereabouts import UNKNOWN, Whereabouts
from custody.state.battery import Battery, evolve
from tests.given import (
    POINT,
    dismantle,
    dispatch,
    drop_off,
    inspect,
    monday,
    pack,
    receive,
    saturday,
    store,
    sunday,
    thursday,
    void,
)
from tests.strategies import histories, movements


def battery(*facts: Movement) -> Battery:
    """Take in facts in the order they arrive."""
    known = Battery(pack)
    for fact in facts:
        known = evolve(known, fact)
    return known


def about_the_pack(facts: list[Movement]) -> list[Movement]:
    """Return what a battery of one code has in its history: what names it, and takes that back."""
    named = {fact.id for fact in facts if pack in fact.batteries_named() and not joins(fact)}
    own = (fact for fact in facts if fact.id in named or getattr(fact, "target", None) in named)
    return [fact for fact in own if not joins(fact)]


def counting(facts: Sequence[Movement]) -> list[Movement]:
    """Return those that count for the pack: some may have been put right to speak of another."""
    return effective(facts, of_battery((pack,)))


def believed(*facts: Movement) -> Whereabouts:
    """Say where the battery stands once these facts have arrived."""
    return battery(*facts).now.whereabouts


def test_nothing_is_known_of_a_battery_without_facts() -> None:
    assert believed() == battery().before(drop_off()) == UNKNOWN


def test_before_a_fact_that_comes_in_order_stands_what_is_so_now() -> None:
    known = battery(drop_off(), store())
    assert known.before(inspect()) is known.now.whereabouts


def test_before_a_fact_that_comes_late_stands_what_was_so_then() -> None:
    known = battery(drop_off(), dispatch(), receive())
    assert known.before(store(at=thursday - 1)) == believed(drop_off())
    assert known.before(drop_off(at=monday - 1)) == UNKNOWN


def test_before_a_fact_of_the_same_instant_stands_what_ranks_before_it() -> None:
    known = battery(drop_off(), dispatch(at=monday))
    assert known.before(store(at=monday))["site"] == POINT
    assert known.before(receive(at=monday))["state"] == "in_transit"


def test_before_a_fact_that_is_known_already_it_does_not_count() -> None:
    known = battery(drop_off(), store())
    assert known.before(store()) == believed(drop_off())


def test_a_late_fact_takes_its_place_among_the_others() -> None:
    assert believed(dispatch(), drop_off(mass_g=8700))["mass_g"] == 8700
    assert believed(dispatch(), drop_off())["state"] == "in_transit"


def test_a_late_end_undoes_what_came_after_it() -> None:
    known = battery(drop_off(), inspect(at=sunday), dismantle())
    assert known.now.whereabouts["state"] == "dismantled"
    assert known.now.whereabouts["since"] == saturday


def test_a_void_counts_for_what_was_so_before_a_late_fact() -> None:
    gone = dispatch()
    known = battery(drop_off(), gone, receive(), void(gone))
    assert known.before(inspect(at=thursday + 1))["site"] == POINT


def test_after_a_void_facts_go_on_in_order() -> None:
    gone = dispatch()
    known = battery(drop_off(), gone, void(gone, at=thursday), inspect(at=saturday))
    assert known.now.whereabouts == believed(drop_off(), inspect(at=saturday))


def test_a_battery_is_not_changed_by_taking_in_a_fact() -> None:
    known = battery(drop_off())
    evolve(known, store())
    assert known == battery(drop_off())


def test_a_battery_at_rest_goes_on_with_facts_that_come_in_order() -> None:
    rested = evolve(battery(drop_off(), store()).at_rest(), inspect())
    assert rested.now == battery(drop_off(), store(), inspect()).now
    assert rested.before(inspect()) == believed(drop_off(), store())


def test_a_battery_at_rest_cannot_tell_what_was_so_before_it_rested() -> None:
    rested = battery(drop_off(), inspect()).at_rest()
    for late in (store(), void(inspect())):
        with pytest.raises(AssertionError, match="needs every fact"):
            evolve(rested, late)
    with pytest.raises(AssertionError, match="needs every fact"):
        rested.before(store())


@given(histories())
def test_fact_by_fact_comes_to_the_same_as_the_whole_history(facts: list[Movement]) -> None:
    about = about_the_pack(facts)
    for arrived in range(len(about) + 1):
        assert believed(*about[:arrived]) == whereabouts((pack,), counting(about[:arrived]))


@given(histories(), st.integers(0, 10))
def test_a_battery_that_rested_meanwhile_stands_where_it_would_have(
    facts: list[Movement], rests: int
) -> None:
    about = about_the_pack(facts)
    rested = battery(*about[:rests]).at_rest()
    for fact in about[rests:]:
        if not rested.start.precedes(fact):
            return
        assert rested.before(fact) == battery(*about[: about.index(fact)]).before(fact)
        rested = evolve(rested, fact)
    assert rested.now == battery(*about).now


@given(histories(), movements())
def test_before_a_fact_stands_the_fold_of_the_earlier_ones(
    facts: list[Movement], fact: Movement
) -> None:
    about = about_the_pack(facts)
    earlier = [known for known in counting(about) if known.order < fact.order]
    assert battery(*about).before(fact) == whereabouts((pack,), earlier)


@given(histories(), st.data())
def test_before_each_fact_of_a_history_stands_what_its_steps_say(
    facts: list[Movement], data: st.DataObject
) -> None:
    about = about_the_pack(facts)
    ordered = counting(about)
    if ordered:
        index = data.draw(st.integers(0, len(ordered) - 1))
        expected = whereabouts((pack,), ordered[:index])
        assert battery(*about).before(ordered[index]) == expected
