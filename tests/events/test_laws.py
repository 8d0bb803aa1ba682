from collections.abc import Sequence

from hypothesis import given
from hypothesis import strategies as st

from custody.events import Movement, TakingBack, decode
from custody.events.journey import after, effective, of_battery, steps, whereabouts
from custody.events.vocabulary import ENDED
from custody.events.whereabouts import UNKNOWN, has_ended
from tests.given import data, monday
from tests.strategies import BATTERIES, histories, movements


@st.composite
def shuffled(draw: st.DrawFn) -> tuple[Sequence[Movement], Sequence[Movement]]:
    facts = draw(histories())
    return facts, draw(st.permutations(facts))


SAY_NOTHING_FIRST = {"void", "correct", "release_hold"}
"""What says nothing of a battery that nothing was known of."""


def of(ref: str, facts: Sequence[Movement]) -> list[Movement]:
    """Return the facts that count for a code: those that name it, and what is handed on."""
    return effective(facts, of_battery((ref,)))


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
    for ref in BATTERIES:
        now = fact.effect(ref, UNKNOWN)
        assert now.keys() == UNKNOWN.keys()
    for ref in fact.batteries_named():
        assert after((ref,), UNKNOWN, fact) != UNKNOWN or fact.type in SAY_NOTHING_FIRST


@given(histories(), movements())
def test_any_fact_may_follow_any_history(facts: list[Movement], fact: Movement) -> None:
    for ref in BATTERIES:
        before = whereabouts((ref,), of(ref, facts))
        now = after((ref,), before, fact)
        assert now.keys() == UNKNOWN.keys()
        if has_ended(before) and fact.type not in ("hold", "release_hold"):
            assert now == before
        if isinstance(fact, TakingBack):
            assert now == before


@given(histories())
def test_the_steps_of_a_battery_lead_forward_to_where_it_is(facts: list[Movement]) -> None:
    for ref in BATTERIES:
        found = [*steps((ref,), of(ref, facts))]
        instants = [fact.at for fact, _ in found]
        assert instants == sorted(instants)
        for fact, battery in found:
            # A mark or a hold may be the first that is said of it: since when it is somewhere,
            # nobody has said then.
            assert (battery["since"] == 0) == (battery["state"] is None)
            assert battery["since"] == 0 or monday <= battery["since"] <= fact.at
        last = found[-1][1] if found else UNKNOWN
        assert last == whereabouts((ref,), of(ref, facts))


@given(histories())
def test_somebody_answers_for_a_battery_in_stock_and_a_consignment_holds_any_other(
    facts: list[Movement],
) -> None:
    for ref in BATTERIES:
        for _, battery in steps((ref,), of(ref, facts)):
            if battery["state"] == "in_stock" or battery["state"] in ENDED:
                assert battery["custodian"] == f"site:{battery['site']}"
                assert battery["consignment"] is None
            elif battery["state"] in {"in_transit", "missing"}:
                assert battery["site"] is None
                assert battery["place"] is None
                assert battery["consignment"] is not None
            else:
                assert battery["state"] in {"lost", None}
                assert battery["place"] is None


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
