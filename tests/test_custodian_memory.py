"""Does the deciding wing believe what the ledger says, whoever wrote it and whatever it forgot?"""

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from custody.custodian import Custodian, Recorded
from custody.events import Movement
from custody.events.journey import effective, of_battery, whereabouts
from custody.ledger import Ledger
from custody.state.battery import Battery
from custody.terms import MINUTE, Millis
from tests import plain
from tests.custodians import custodian_of, record
from tests.given import (
    correct,
    dispatch,
    drop_off,
    grade,
    hand_on,
    inspect,
    monday,
    next_monday,
    other,
    pack,
    return_road,
    saturday,
    sticker,
    store,
    stranger,
    sunday,
    tag,
    third,
    thursday,
    two,
)
from tests.hypothesis_profile import examples
from tests.ledger.forgetful import empty, forgetful_ledgers
from tests.strategies import BATTERIES, arrivals, histories, in_batches

EXAMPLES = {"sqlite": examples(60), "postgresql": examples(15)}
CUSTODIANS = 2

Turns = list[tuple[int, list[Movement], Millis]]

moments = st.integers(0, 5).map(lambda n: monday + n * MINUTE)


@st.composite
def turns(draw: st.DrawFn) -> Turns:
    """Batches, by which custodian each is recorded, and of which moment the books are asked."""
    batches = draw(in_batches(draw(arrivals(draw(histories())))))
    whose = st.integers(0, CUSTODIANS - 1)
    return [(draw(whose), batch, draw(moments)) for batch in batches]


@pytest.fixture(scope="module")
def ledgers() -> Iterator[dict[str, Ledger]]:
    with forgetful_ledgers() as both:
        yield {ledger.engine.dialect.name: ledger for ledger in both}


@pytest.fixture(params=EXAMPLES)
def ledger(request: pytest.FixtureRequest, ledgers: dict[str, Ledger]) -> Ledger:
    return ledgers[request.param]


def founded(ledger: Ledger) -> list[Custodian]:
    """Return custodians of a ledger in which there is nobody but the network."""
    empty(ledger)
    first = custodian_of(ledger)
    return [first, *(Custodian(ledger, lambda: next_monday) for _ in range(1, CUSTODIANS))]


def known_to(custodian: Custodian, asked: Movement) -> Battery:
    """Return the battery of a fact as a decision on it would see it."""
    (ref,) = asked.batteries_named()
    return custodian._reading.read([asked]).books.battery(ref)


def just_before(asked: Movement, facts: list[Movement]) -> Any:
    """Return what the facts that lie before one make of its battery, told in the plainest way."""
    (ref,) = asked.batteries_named()
    codes = plain.pack_of(ref, facts)
    own = effective(facts, of_battery(codes))
    return whereabouts(codes, [fact for fact in own if fact.order < asked.order])


def test_what_a_decision_sees_is_what_the_ledger_makes_of_a_battery(ledger: Ledger) -> None:
    @settings(max_examples=EXAMPLES[ledger.engine.dialect.name])
    @given(turns())
    def law(told: Turns) -> None:
        custodians = founded(ledger)
        facts: list[Movement] = []
        for whose, batch, moment in told:
            outcomes = record(custodians[whose], *batch)
            assert all(isinstance(one, Recorded) for one in outcomes)
            facts = list({fact.id: fact for fact in (*facts, *batch)}.values())
            for ref in BATTERIES:
                asked = inspect(ref, at=moment)
                for custodian in custodians:
                    seen = known_to(custodian, asked)
                    assert seen.now.whereabouts == plain.fold(ref, facts)
                    assert seen.before(asked) == just_before(asked, facts)

    law()


linked = tag(third, same_as=sticker)

STORIES: dict[str, list[list[Movement]]] = {
    "a late hand-on beside a fact about a remembered battery": [
        [drop_off(), dispatch()],
        [store(at=saturday), hand_on()],
    ],
    "a hand-on taken back with the dispatch that came after it": [
        [hand_on()],
        [correct(hand_on(), {"to_carrier": "安序危运"})],
        [dispatch()],
        [inspect(at=saturday)],
    ],
    "a hand-on put into another consignment": [
        [dispatch(consignment=return_road), hand_on()],
        [correct(hand_on(), {"consignment": return_road})],
        [inspect(at=thursday + 2)],
    ],
    "a battery put into a consignment that has changed hands": [
        [dispatch(), hand_on()],
        [correct(dispatch(), {"batteries": [*two]})],
        [inspect(other, at=saturday)],
    ],
    "a link moved away, and a battery remembered since": [
        [linked, correct(linked, {"battery": {"code": other}}, at=monday)],
        [correct(linked, {"reason": "other"}, at=sunday)],
        [grade(other)],
        [dispatch([sticker, other])],
    ],
    "a link brought back by a correction that does not speak of it": [
        [linked, correct(linked, {"battery": {"code": other}}, at=monday)],
        [grade(third)],
        [correct(linked, {"reason": "other"}, at=sunday)],
    ],
}


@pytest.mark.parametrize("batches", STORIES.values(), ids=STORIES)
def test_no_custodian_forgets_what_matters(ledger: Ledger, batches: list[list[Movement]]) -> None:
    custodians = founded(ledger)
    facts: list[Movement] = []
    for batch in batches:
        record(custodians[0], *batch)
        facts += batch
        for ref in (pack, other, third, sticker):
            for custodian in custodians:
                seen = known_to(custodian, inspect(ref, at=next_monday))
                assert seen.now.whereabouts == plain.fold(ref, facts)


def test_who_has_it_on_the_road_is_known_though_the_hand_on_came_first(ledger: Ledger) -> None:
    custodians = founded(ledger)
    record(custodians[0], hand_on())
    record(custodians[1], dispatch())
    for custodian in custodians:
        seen = known_to(custodian, inspect(at=sunday)).now.whereabouts
        assert seen["custodian"] == f"carrier:{stranger}"
