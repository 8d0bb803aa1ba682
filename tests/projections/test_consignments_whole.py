"""Is a consignment told whole: its carriers, seals, weights, and what was sent back?"""

from collections.abc import Sequence
from itertools import permutations
from typing import Any

import pytest

from custody.events import Fact, Movement
from custody.events.consignment import items_digest
from custody.events.correction import TakingBack
from custody.projections.consignments import consignment, item
from custody.projections.tables import Row
from custody.terms import HOUR
from tests.given import (
    BASE,
    CENTRE,
    POINT,
    carrier,
    collector,
    correct,
    dispatch,
    friday,
    hand_on,
    other,
    pack,
    receive,
    return_road,
    road,
    saturday,
    site,
    stranger,
    sunday,
    third,
    thursday,
    two,
    void,
)
from tests.projections.kept import Kept


def row_of(*facts: Movement, no: str = road) -> Row:
    return Kept(*facts).row(consignment, no)


def returned_in(*facts: Movement, no: str = road) -> dict[str, Any]:
    rows = Kept(*facts).rows(item)
    return {row["battery"]: row["returned_in"] for row in rows if row["consignment"] == no}


sent = dispatch(two, seals=["S1", "S2"], gross_mass_g=0, un_number="3480")
turned_away = receive([pack], rejected=[other], net_mass_g=0, seals=["S1"], seals_intact=False)
sent_back = dispatch(
    [other], at=saturday, site=CENTRE, to_site=POINT, consignment=return_road, returns=road
)
came_back = receive([other], at=sunday, site=POINT, consignment=return_road)


def test_the_carriers_stand_in_the_order_in_which_they_carried_it() -> None:
    row = row_of(sent, hand_on(from_carrier=carrier, to_carrier=stranger))
    assert row["carriers"].split("\n") == [carrier, stranger]
    assert row["carrier"] == stranger


def test_a_hand_on_may_be_told_before_its_dispatch() -> None:
    handed_on = hand_on(from_carrier=carrier, to_carrier=stranger)
    assert row_of(handed_on, sent) == row_of(sent, handed_on)


def test_a_weight_of_nothing_is_a_weight_and_none_at_all_is_not() -> None:
    weighed, not_weighed = row_of(sent, turned_away), row_of(dispatch(two), receive(two))
    assert (weighed["gross_mass_g"], weighed["net_mass_g"]) == (0, 0)
    assert (not_weighed["gross_mass_g"], not_weighed["net_mass_g"]) == (None, None)


def test_seals_are_told_as_each_side_wrote_them_down() -> None:
    row = row_of(sent, turned_away)
    assert (row["seals"], row["seals_received"], row["seals_intact"]) == ("S1\nS2", "S1", 0)
    assert row_of(dispatch(two))["seals"] is None


def test_sender_and_receiver_mean_the_same_set_when_their_digests_agree() -> None:
    same = row_of(sent, turned_away)
    assert same["released_digest"] == same["received_digest"] == items_digest(two)
    swapped = row_of(sent, receive([pack], extra=[third]))
    assert swapped["released_digest"] != swapped["received_digest"]
    short = row_of(sent, receive([pack], missing=[other]))
    assert short["received_digest"] == items_digest([pack])


def test_what_was_rejected_and_sent_back_closes_the_consignment() -> None:
    assert row_of(sent, turned_away)["state"] == "part_received"
    row = row_of(sent, turned_away, sent_back)
    assert (row["state"], row["returned"], row["returned_in"]) == ("closed", 1, return_road)
    assert returned_in(sent, turned_away, sent_back) == {pack: None, other: return_road}


def test_the_return_is_a_consignment_of_its_own() -> None:
    row = row_of(sent, turned_away, sent_back, came_back, no=return_road)
    assert (row["state"], row["returns"]) == ("received", road)
    assert (row["from_site"], row["to_site"]) == (CENTRE, POINT)


def test_what_is_missing_is_not_closed_until_it_is_found() -> None:
    lost = receive([pack], missing=[other])
    assert row_of(sent, lost)["state"] == "part_received"
    found = receive([other], at=friday + HOUR)
    row = row_of(sent, lost, found)
    assert (row["state"], row["missing"], row["accepted"]) == ("received", 0, 2)


def test_a_correction_may_move_a_dispatch_to_another_consignment() -> None:
    moved = correct(sent, values={"consignment": return_road})
    assert row_of(sent, moved)["state"] is None
    row = row_of(sent, moved, no=return_road)
    assert (row["state"], row["released"]) == ("released", 2)


def test_a_correction_of_the_items_changes_what_was_released() -> None:
    row = row_of(sent, turned_away, correct(sent, values={"batteries": [pack]}))
    assert (row["released"], row["accepted"], row["state"]) == (1, 1, "received")


def told_of(*facts: Fact) -> set[str]:
    """Name the carriers who are told of what left the point."""
    lines = [line.split("\t") for line in Kept(*facts).row(consignment, road)["told"].split("\n")]
    return {who for sender, who in lines if sender == POINT}


depot, not_theirs = site(BASE, organisation=carrier), site(BASE, organisation=stranger)
passed_on = hand_on(at=thursday + HOUR, site=BASE, from_carrier=carrier, to_carrier=stranger)


def test_a_carrier_is_told_by_the_one_that_had_it_or_by_a_site_it_travels_between() -> None:
    assert told_of(sent) == {carrier}
    assert told_of(sent, hand_on(from_carrier=carrier, to_carrier=stranger)) == {carrier, stranger}
    assert told_of(depot, sent, passed_on) == {carrier, stranger}
    for said in (passed_on, hand_on(site=BASE, from_carrier=stranger, to_carrier=collector)):
        assert told_of(sent, said) == told_of(not_theirs, sent, said) == {carrier}
    assert told_of(not_theirs, sent, passed_on, void(passed_on)) == {carrier}


def test_who_carried_it_is_listed_whoever_says_so() -> None:
    row = Kept(sent, passed_on).row(consignment, road)
    assert (row["carrier"], row["carriers"]) == (stranger, f"{carrier}\n{stranger}")


def test_a_number_used_again_elsewhere_tells_nobody_of_what_left_first() -> None:
    again = dispatch([third], site=BASE, to_site=BASE, carrier=collector, at=friday)
    onward = hand_on(site=BASE, from_carrier=carrier, to_carrier=collector, at=friday + HOUR)
    assert told_of(not_theirs, sent, again, onward) == {carrier}


def test_a_site_that_comes_to_be_another_s_changes_whose_word_counts() -> None:
    for arrived in permutations([depot, sent, passed_on]):
        changed = Kept().each(*arrived)
        assert changed.everything() == Kept(*arrived).everything()
        assert stranger in changed.row(consignment, road)["told"]
        changed.hear(not_theirs)
        assert changed.everything() == Kept(*arrived, not_theirs).everything()
        assert stranger not in changed.row(consignment, road)["told"]


whole_lives: dict[str, Sequence[Movement]] = {
    "sent, rejected in part and sent back": (sent, turned_away, sent_back, came_back),
    "carried by two and received": (
        sent,
        hand_on(at=thursday + HOUR, from_carrier=carrier, to_carrier=stranger),
        receive(two),
    ),
    "received otherwise than was first said": (
        sent,
        receive(two),
        correct(receive(two), values={"accepted": [pack], "missing": [other]}),
    ),
    "handed on by one that had it and one that had not": (
        sent,
        passed_on,
        hand_on(at=thursday + 2 * HOUR, from_carrier=stranger, to_carrier=collector),
    ),
    "sent by mistake": (sent, receive(two), void(sent)),
    "number mistyped": (
        sent,
        receive(two, consignment=return_road),
        correct(sent, values={"consignment": return_road}),
    ),
}


@pytest.mark.parametrize("life", whole_lives.values(), ids=whole_lives.keys())
def test_any_order_of_arrival_tells_the_same(life: Sequence[Movement]) -> None:
    expected = [Kept(*life).rows(table) for table in (consignment, item)]
    for arrived in permutations(life):
        if _targets_come_first(arrived):
            one_by_one = Kept().each(*arrived)
            assert [one_by_one.rows(table) for table in (consignment, item)] == expected


def _targets_come_first(facts: Sequence[Movement]) -> bool:
    known: set[str] = set()
    for fact in facts:
        if isinstance(fact, TakingBack) and fact.target not in known:
            return False
        known.add(fact.id)
    return True
