"""Do the projections tell the same, however the same facts arrive? Tried in memory, often."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from custody.events import Movement
from tests.projections.kept import Kept, as_believed
from tests.strategies import arrivals, histories, in_batches

EXAMPLES = 100

Batches = list[list[Movement]]


@st.composite
def twice_told(draw: st.DrawFn) -> tuple[list[Movement], Batches]:
    facts = draw(histories())
    # A fact that comes twice is recorded once, so nobody here hears of it again.
    arrived = list({fact.id: fact for fact in draw(arrivals(facts))}.values())
    return facts, draw(in_batches(arrived))


@settings(max_examples=EXAMPLES)
@given(twice_told())
def test_any_order_and_any_batches_give_the_same_rows(told: Any) -> None:
    facts, batches = told
    kept = Kept()
    for batch in batches:
        kept.hear(*batch)
    assert as_believed(kept.everything()) == as_believed(Kept(*facts).everything())
