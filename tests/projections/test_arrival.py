"""Do the projections tell the same, however the same facts arrive? Tried in memory, often."""

from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st

from custody.events import Movement
from custody.projections.inventory import inventory
from custody.projections.location import codes, location, whereabouts_of
from custody.projections.stays import stay
from custody.projections.tables import Row
from custody.terms import MINUTE, Millis, Position
from tests import plain
from tests.given import correct, dispatch, drop_off, hand_on, monday, other, tag
from tests.hypothesis_profile import examples
from tests.projections.kept import Kept, as_believed
from tests.strategies import BATTERIES, arrivals, histories, in_batches

EXAMPLES = examples(100)

Batches = list[list[Movement]]

instants = st.integers(monday - 1, monday + 4 * MINUTE + 1)


@st.composite
def twice_told(draw: st.DrawFn) -> tuple[list[Movement], Batches]:
    facts = draw(histories())
    # A fact that comes twice is recorded once, so nobody here hears of it again.
    arrived = list({fact.id: fact for fact in draw(arrivals(facts))}.values())
    return facts, draw(in_batches(arrived))


def heard(batches: Batches) -> Kept:
    kept = Kept()
    for batch in batches:
        kept.hear(*batch)
    return kept


@settings(max_examples=EXAMPLES)
@given(twice_told())
def test_any_order_and_any_batches_give_the_same_rows(told: Any) -> None:
    facts, batches = told
    assert as_believed(heard(batches).everything()) == as_believed(Kept(*facts).everything())


@settings(max_examples=EXAMPLES)
@given(histories().flatmap(in_batches))
def test_one_order_in_any_batches_gives_the_very_same_rows(batches: Batches) -> None:
    facts = [fact for batch in batches for fact in batch]
    assert heard(batches).everything() == Kept().each(*facts).everything()


@settings(max_examples=EXAMPLES)
@given(histories().flatmap(in_batches))
def test_what_is_believed_of_each_code_is_what_the_facts_make_of_its_pack(batches: Batches) -> None:
    facts = [fact for batch in batches for fact in batch]
    rows = {row["ref"]: row for row in heard(batches).rows(location)}
    for ref in BATTERIES:
        pack = plain.pack_of(ref, facts)
        if ref in rows:
            first = rows[rows[ref]["alias_of"] or ref]
            assert codes(first) == pack
            assert first["alias_of"] is None
            assert whereabouts_of(first) == plain.fold(ref, facts)
        else:
            assert pack == (ref,)
            assert plain.fold(ref, facts) == plain.fold(ref, [])


@settings(max_examples=EXAMPLES)
@given(histories().flatmap(in_batches))
def test_what_is_in_stock_now_is_told_alike_three_times(batches: Batches) -> None:
    facts = [fact for batch in batches for fact in batch]
    kept = heard(batches)
    expected = plain.stock(facts, BATTERIES)
    assert plain.counters(kept.rows(location)) == expected
    assert counted(kept.rows(inventory)) == expected
    still_open = [row for row in kept.stays() if row["until"] is None]
    assert plain.counters([{**row, "state": "in_stock"} for row in still_open]) == expected


@settings(max_examples=2 * EXAMPLES)
@given(histories().flatmap(in_batches), instants, st.data())
def test_what_was_in_stock_at_any_moment_is_told_as_it_was_known_at_any_position(
    batches: Batches, at: Millis, data: st.DataObject
) -> None:
    facts = [fact for batch in batches for fact in batch]
    position = data.draw(st.integers(0, len(facts)))
    known = [row for row in heard(batches).rows(stay) if believed(row, position)]
    held = [{**row, "state": "in_stock"} for row in known if spans(row, at, position)]
    assert plain.counters(held) == plain.stock(facts[:position], BATTERIES, at)


def believed(row: Row, position: Position) -> bool:
    """Tell whether a row was believed in when the ledger had come to a position."""
    ended = row["known_to"] is not None and row["known_to"] <= position
    return bool(row["known_from"] <= position) and not ended


def spans(row: Row, at: Millis, position: Position) -> bool:
    """Tell whether an instant lies in an interval, as it was known then."""
    has_end = row["until"] is not None and row["end_known_from"] <= position
    return bool(row["since"] <= at) and not (has_end and row["until"] <= at)


def counted(rows: list[Row]) -> plain.Counters:
    return {
        (row["site"], row["chemistry"], row["grade"] or None, row["storage_class"] or None): (
            row["pieces"],
            row["mass_g"],
            row["mass_unknown_pieces"],
        )
        for row in rows
    }


def test_a_hand_on_counts_as_one_of_its_facts_whether_its_dispatch_was_known_or_not() -> None:
    for facts in ((hand_on(), dispatch()), (dispatch(), hand_on())):
        for kept in (Kept(*facts), Kept().each(*facts)):
            (row,) = kept.rows(location)
            assert row["facts"] == 2


def test_two_packs_that_were_taken_for_one_count_their_facts_apart_again() -> None:
    linked = tag(other, same_as=drop_off().battery.code)
    apart = correct(linked, {"same_as": None})
    for last in ((drop_off(), apart), (apart, drop_off())):
        rows = Kept().each(linked, *last).rows(location)
        assert [(row["alias_of"], row["facts"]) for row in rows] == [(None, 3), (None, 2)]
