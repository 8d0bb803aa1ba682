import pytest
from hypothesis import given

from custody import decisions
from custody.events import Movement
from custody.events.whereabouts import UNKNOWN, Whereabouts
from custody.state.books import Books
from custody.state.registry import Registry
from tests import plain
from tests.given import (
    correct,
    dispatch,
    drop_off,
    from_elsewhere,
    grade,
    hand_on,
    monday,
    other,
    pack,
    receive,
    road,
    sticker,
    store,
    sunday,
    tag,
    third,
    tuesday,
    two,
    void,
)
from tests.known import books_for, noted
from tests.strategies import histories, movements


def test_what_was_not_asked_for_cannot_be_looked_at() -> None:
    books = Books([f"battery:{pack}"], Registry())
    with pytest.raises(AssertionError, match="was not asked for"):
        books.battery(other)
    with pytest.raises(AssertionError, match="was not asked for"):
        books.consignment(road)
    with pytest.raises(AssertionError, match="was not asked for"):
        books.movement(drop_off().id)


def test_a_fact_about_several_counts_only_for_those_asked_for() -> None:
    books = Books([f"battery:{pack}", f"consignment:{from_elsewhere}"], Registry())
    for known in noted(drop_off(), dispatch(two)):
        books.take_in(known)
    assert books.battery(pack).since == (drop_off(), dispatch(two))
    assert books.consignment(from_elsewhere).facts == ()


def test_a_movement_is_found_under_its_own_id_only() -> None:
    target = store()
    taken_back = void(target)
    books = Books([f"movement:{target.id}", f"movement:{taken_back.id}"], Registry())
    for known in noted(target, taken_back):
        books.take_in(known)
    for fact in (target, taken_back):
        found = books.movement(fact.id)
        assert found is not None
        assert found.fact == fact


def test_a_void_counts_for_what_its_target_concerned() -> None:
    gone = dispatch()
    books = books_for(store(), [drop_off(), gone, void(gone)])
    without = books_for(store(), [drop_off()])
    assert books.battery(pack).before(store()) == without.battery(pack).before(store())


def test_what_is_written_into_a_fork_is_not_in_the_books() -> None:
    books = books_for(store(), [drop_off()])
    fork = books.fork()
    fork.take_in(noted(store())[0])
    assert fork.battery(pack).since == (drop_off(), store())
    assert fork.movement(store().id)
    assert books.battery(pack).since == (drop_off(),)
    assert books.movement(store().id) is None
    assert fork.registry is books.registry


@given(histories(), movements())
def test_any_facts_can_be_taken_in_whatever_was_asked_for(
    facts: list[Movement], fact: Movement
) -> None:
    books = books_for(fact, facts)
    for ref in fact.batteries_named():
        assert books.battery(ref).now.whereabouts == plain.fold(ref, facts)
    for subject in decisions.reads(fact):
        assert not subject.startswith("site:")


@given(histories())
def test_each_fact_counts_at_once_for_every_battery_that_it_changes(facts: list[Movement]) -> None:
    known = noted(*facts)
    books = Books({subject for note in known for subject in note.subjects}, Registry())
    for arrived, note in enumerate(known, 1):
        books.take_in(note)
        named = {one for one in books.batteries if books.battery(one[8:]).since}
        assert named <= {subject for each in known[:arrived] for subject in each.subjects}
        for subject in named:
            ref = subject.removeprefix("battery:")
            assert books.battery(ref).now.whereabouts == plain.fold(ref, facts[:arrived])


def test_a_hand_on_recorded_before_its_dispatch_counts_and_so_does_what_takes_it_back() -> None:
    late = (hand_on(), dispatch())
    assert books_for(receive(), late).battery(pack).now.whereabouts == believed(*reversed(late))
    undone = (hand_on(), void(hand_on()), dispatch())
    assert books_for(receive(), undone).battery(pack).now.whereabouts == believed(dispatch())


def test_a_battery_that_a_correction_puts_into_a_consignment_changes_hands_with_it() -> None:
    right = correct(dispatch(), {"batteries": [*two]})
    for facts in ((dispatch(), hand_on(), right), (dispatch(), right, hand_on())):
        known = books_for(receive([other]), facts).battery(other).now.whereabouts
        assert known == believed(dispatch(two), hand_on(), of=other)


def test_the_codes_of_a_pack_are_one_battery_whichever_fact_links_them() -> None:
    said = drop_off(mass_g=8700)
    for facts in ((said, tag(sticker, same_as=pack)), (tag(sticker, same_as=pack), said)):
        known = books_for(store([sticker]), facts)
        assert known.battery(sticker).codes == (pack, sticker)
        assert known.battery(sticker).now.whereabouts["mass_g"] == 8700


def test_a_correction_that_says_nothing_of_codes_may_still_link_them() -> None:
    """It overrules one that did: what counts then is what was posted first."""
    linked = tag(third, same_as=sticker)
    strayed = correct(linked, {"battery": {"code": other}}, at=monday)
    right = correct(linked, {"reason": "other"}, at=tuesday)
    facts = (linked, strayed, grade(third, at=sunday), right)
    for ref in (third, sticker):
        known = books_for(store([ref], at=sunday + 1), facts).battery(ref)
        assert known.codes == (third, sticker)
        assert known.now.whereabouts["grade"] == "B"
    assert books_for(store([other]), facts).battery(other).now.whereabouts == UNKNOWN


def believed(*facts: Movement, of: str = pack) -> Whereabouts:
    return plain.fold(of, facts)


def test_a_fact_that_counts_already_is_not_counted_twice() -> None:
    books = books_for(store(), [drop_off()])
    (again,) = noted(drop_off())
    books.take_in(again, known={f"battery:{pack}"})
    assert books.battery(pack).since == (drop_off(),)
