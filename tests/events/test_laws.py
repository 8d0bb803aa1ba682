from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from custody.events import Movement, decode
from custody.events.journey import after, effective, steps, whereabouts
from custody.events.whereabouts import UNKNOWN, has_ended
from tests.given import data, monday, other, pack, third
from tests.strategies import histories, movements

BATTERIES = (pack, other, third)


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[Sequence[Movement], Sequence[Movement]]:
    facts = draw(histories())
    return facts, draw(st.permutations(facts))


def of(ref: str, facts: Sequence[Movement]) -> list[Movement]:
    """Return the facts that count for a battery: those that name it and are not taken back."""
    return [fact for fact in effective(facts) if ref in fact.batteries_named()]


@given(shuffled())
def test_the_order_of_arrival_makes_no_difference(
    both: tuple[Sequence[Movement], Sequence[Movement]],
) -> None:
    facts, otherwise = both
    assert effective(facts) == effective(otherwise)
    for ref in BATTERIES:
        assert whereabouts((ref,), of(ref, facts)) == whereabouts((ref,), of(ref, otherwise))


@given(movements())
def test_any_fact_may_be_the_first_known_of_a_battery(fact: Movement) -> None:
    for ref in fact.batteries_named():
        assert after((ref,), UNKNOWN, fact)["state"] is not None


@given(histories(), movements())
def test_any_fact_may_follow_any_history(facts: list[Movement], fact: Movement) -> None:
    for ref in fact.batteries_named() or BATTERIES:
        before = whereabouts((ref,), of(ref, facts))
        now = after((ref,), before, fact)
        if has_ended(before) or not fact.batteries_named():
            assert now == before


@given(histories())
def test_the_steps_of_a_battery_lead_forward_to_where_it_is(facts: list[Movement]) -> None:
    for ref in BATTERIES:
        found = [*steps((ref,), of(ref, facts))]
        instants = [fact.at for fact, _ in found]
        assert instants == sorted(instants)
        assert all(monday <= battery["since"] <= fact.at for fact, battery in found)
        last = found[-1][1] if found else UNKNOWN
        assert last == whereabouts((ref,), of(ref, facts))


@given(histories())
def test_somebody_answers_for_a_battery_in_stock_and_a_consignment_holds_any_other(
    facts: list[Movement],
) -> None:
    for ref in BATTERIES:
        for _, battery in steps((ref,), of(ref, facts)):
            if battery["state"] in {"in_stock", "dismantled"}:
                assert battery["custodian"] == f"site:{battery['site']}"
                assert battery["consignment"] is None
            else:
                assert battery["state"] in {"in_transit", "missing"}
                assert battery["site"] is None
                assert battery["place"] is None
                assert battery["consignment"] is not None


@given(movements())
def test_a_fact_is_about_each_subject_once_and_first_about_itself(fact: Movement) -> None:
    subjects = fact.subjects()
    assert len({*subjects}) == len(subjects)
    assert subjects[:2] == (f"movement:{fact.id}", f"site:{fact.site}")
    named = {f"battery:{ref}" for ref in fact.batteries_named()}
    assert named == {subject for subject in subjects if subject.startswith("battery:")}


@given(movements())
def test_a_fact_read_again_from_its_bytes_is_the_same(fact: Movement) -> None:
    assert decode(fact.type, fact.version, data(fact)) == fact
