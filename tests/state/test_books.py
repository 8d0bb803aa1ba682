import pytest
from hypothesis import given

from custody import decisions
from custody.events import Movement
from custody.state.books import Books
from custody.state.registry import Registry
from tests.given import dispatch, drop_off, from_elsewhere, other, pack, road, store, two, void
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
        named = [one for one in books.battery(ref).since if one.batteries_named()]
        assert named == [one for one in facts if ref in one.batteries_named()]
    for subject in decisions.reads(fact):
        assert not subject.startswith("site:")


def test_a_fact_that_counts_already_is_not_counted_twice() -> None:
    books = books_for(store(), [drop_off()])
    (again,) = noted(drop_off())
    books.take_in(again, known={f"battery:{pack}"})
    assert books.battery(pack).since == (drop_off(),)
