"""What left in each consignment and what arrived, after these facts?"""

from typing import Any

import pytest

from custody.projections.consignments import consignment, item
from tests.given import (
    BASE,
    CENTRE,
    POINT,
    carrier,
    dispatch,
    drop_off,
    friday,
    other,
    pack,
    receive,
    return_road,
    road,
    saturday,
    sunday,
    third,
    thursday,
    two,
    void,
)
from tests.projections.kept import Kept, as_believed


def state(kept: Kept, no: str = road) -> Any:
    return kept.row(consignment, no)["state"]


def tally(kept: Kept, no: str = road) -> tuple[int, ...]:
    row = kept.row(consignment, no)
    return tuple(row[name] for name in ("released", "accepted", "rejected", "missing", "extra"))


def outcomes(kept: Kept, no: str = road) -> dict[str, tuple[int, str | None]]:
    return {
        row["battery"]: (row["released"], row["outcome"])
        for row in kept.rows(item)
        if row["consignment"] == no
    }


def test_what_was_dispatched_is_released() -> None:
    kept = Kept(dispatch(two, expected_at="2026-03-06T09:00:00+08:00"))
    row = kept.row(consignment, road)
    assert (row["state"], row["from_site"], row["to_site"]) == ("released", POINT, CENTRE)
    assert (row["carrier"], row["dispatched_at"]) == (carrier, thursday)
    assert (row["expected_at"], row["received_at"]) == (friday, None)
    assert tally(kept) == (2, 0, 0, 0, 0)
    assert outcomes(kept) == {pack: (1, None), other: (1, None)}


def test_what_arrived_whole_is_received() -> None:
    kept = Kept(dispatch(two)).hear(receive(two))
    assert state(kept) == "received"
    assert tally(kept) == (2, 2, 0, 0, 0)
    assert kept.row(consignment, road)["received_at"] == friday


def test_a_receipt_before_its_dispatch_is_unmatched_and_then_tallies() -> None:
    kept = Kept(receive(two))
    assert state(kept) == "unmatched"
    assert kept.row(consignment, road)["to_site"] == CENTRE
    assert tally(kept) == (0, 2, 0, 0, 0)
    kept.hear(dispatch(two))
    assert state(kept) == "received"
    assert tally(kept) == (2, 2, 0, 0, 0)
    in_order = Kept(dispatch(two), receive(two))
    assert as_believed(kept.everything()) == as_believed(in_order.everything())


def test_what_the_receiver_missed_counts_as_missing() -> None:
    kept = Kept(dispatch(two), receive([pack], missing=[other]))
    assert (state(kept), tally(kept)) == ("part_received", (2, 1, 0, 1, 0))
    assert outcomes(kept)[other] == (1, "missing")


def test_what_the_receiver_does_not_mention_has_no_outcome() -> None:
    kept = Kept(dispatch(two), receive([pack]))
    assert (state(kept), tally(kept)) == ("part_received", (2, 1, 0, 0, 0))
    assert outcomes(kept)[other] == (1, None)


def test_what_came_unannounced_is_extra_whether_it_is_called_so_or_not() -> None:
    for receipt in (receive([pack], extra=[third]), receive([pack, third])):
        kept = Kept(dispatch([pack]), receipt)
        assert (state(kept), tally(kept)) == ("received", (1, 1, 0, 0, 1))
        assert outcomes(kept)[third] == (0, "extra")


def test_what_the_receiver_turns_away_is_rejected_for_a_reason() -> None:
    kept = Kept(dispatch(two), receive([], rejected=two))
    assert (state(kept), tally(kept)) == ("rejected", (2, 0, 2, 0, 0))
    assert kept.row(item, road, pack)["reason"] == "leaking"


def test_a_receipt_of_part_is_no_rejection_of_the_whole() -> None:
    assert state(Kept(dispatch(two), receive([pack], rejected=[other]))) == "part_received"


def test_a_later_receipt_completes_an_earlier_one() -> None:
    kept = Kept(dispatch(two), receive([pack], missing=[other]))
    kept.hear(receive([other], at=saturday))
    assert (state(kept), tally(kept)) == ("received", (2, 2, 0, 0, 0))
    assert kept.row(consignment, road)["received_at"] == saturday


def test_of_two_receipts_the_later_in_effective_order_has_the_last_word() -> None:
    said = (receive([], at=friday, missing=[pack]), receive([pack], at=saturday))
    for order in (said, said[::-1]):
        assert outcomes(Kept(dispatch()).each(*order)) == {pack: (1, "accepted")}


def test_two_dispatches_under_one_number_are_one_consignment() -> None:
    kept = Kept(dispatch([pack])).hear(dispatch([other], at=friday, to_site=BASE))
    assert tally(kept) == (2, 0, 0, 0, 0)
    assert kept.row(consignment, road)["to_site"] == BASE


def test_a_consignment_sent_back_says_which() -> None:
    back = dispatch(site=CENTRE, to_site=POINT, consignment=return_road, returns=road, at=sunday)
    assert Kept(back).row(consignment, return_road)["returns"] == road


def test_a_void_of_the_dispatch_leaves_the_receipt_unmatched() -> None:
    kept = Kept(dispatch(two), receive(two)).hear(void(dispatch(two)))
    assert (state(kept), tally(kept)) == ("unmatched", (0, 2, 0, 0, 0))


def test_a_consignment_whose_only_facts_are_voided_is_in_no_state_and_has_no_items() -> None:
    kept = Kept(dispatch(two), receive(two)).hear(void(dispatch(two)), void(receive(two)))
    row = kept.row(consignment, road)
    assert {row[name] for name in row if row[name]} == {road}
    assert outcomes(kept) == {}


def test_facts_about_batteries_alone_touch_no_consignment() -> None:
    assert Kept(drop_off()).rows(consignment) == []


@pytest.mark.parametrize("together", [True, False])
def test_neighbours_in_a_consignment_do_not_make_a_history(together: bool) -> None:
    """A late fact about one battery reads a consignment's facts, not all of its neighbours'."""
    facts = (drop_off(other), dispatch(two), receive(two), drop_off(pack))
    kept = Kept(*facts) if together else Kept().each(*facts)
    in_order = Kept(*sorted(facts, key=lambda fact: fact.order))
    assert as_believed(kept.everything()) == as_believed(in_order.everything())
