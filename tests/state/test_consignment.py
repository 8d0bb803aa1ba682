from custody.events import Movement
from custody.state.consignment import Consignment, evolve
from tests.given import (
    dispatch,
    drop_off,
    friday,
    other,
    pack,
    receive,
    road,
    saturday,
    third,
    thursday,
    two,
    void,
)


def consignment(*facts: Movement) -> Consignment:
    known = Consignment(road)
    for fact in facts:
        known = evolve(known, fact)
    return known


def test_of_a_consignment_never_seen_nothing_is_known() -> None:
    assert not consignment().dispatches
    assert not consignment().receipts
    assert consignment().released == frozenset()


def test_what_left_is_what_was_released() -> None:
    assert consignment(dispatch(two)).released == {pack, other}


def test_a_receipt_may_arrive_before_its_dispatch() -> None:
    known = consignment(receive(), dispatch())
    assert known.dispatches == [dispatch()]
    assert known.receipts == [receive()]


def test_a_number_used_twice_has_released_both_loads() -> None:
    later, earlier = dispatch([third], at=friday), dispatch(two, at=thursday)
    known = consignment(later, earlier)
    assert known.dispatches == [earlier, later]
    assert known.released == {pack, other, third}


def test_several_receipts_stand_in_effective_order() -> None:
    later, earlier = receive([other], at=saturday), receive([pack])
    assert consignment(later, earlier).receipts == [earlier, later]


def test_what_was_taken_back_does_not_count() -> None:
    gone, came = dispatch(), receive()
    known = consignment(gone, came, void(gone), void(came))
    assert not known.dispatches
    assert not known.receipts
    assert known.released == frozenset()


def test_nothing_else_makes_a_dispatch_or_a_receipt() -> None:
    assert not consignment(drop_off()).dispatches
    assert not consignment(drop_off()).receipts
