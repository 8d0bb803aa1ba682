"""Is a battery's history told as it happened, as it was recorded, and as it was known then?"""

import pytest

from custody import history
from custody.events.whereabouts import UNKNOWN
from custody.history import History
from custody.ledger import Ledger
from custody.terms import rfc3339
from tests.given import (
    CENTRE,
    POINT,
    correct,
    dismantle,
    dispatch,
    drop_off,
    friday,
    hand_on,
    monday,
    network,
    other,
    pack,
    receive,
    saturday,
    sticker,
    store,
    sunday,
    tag,
    third,
    thursday,
    tuesday,
    two,
    void,
    wednesday,
)
from tests.projections.bookkeeping import Office, laid_out


@pytest.fixture
def office(ledger: Ledger) -> Office:
    return laid_out(ledger)


def types(told: History) -> list[str]:
    return [one.fact.type for one in told.told]


def test_nothing_is_told_of_a_battery_that_nobody_has_seen(ledger: Ledger, office: Office) -> None:
    told = history.read(ledger, pack)
    assert (told.ref, told.told, told.position) == (pack, [], len(network))
    assert told.whereabouts() == UNKNOWN


def test_every_fact_about_a_battery_is_told_and_none_of_its_neighbours(
    ledger: Ledger, office: Office
) -> None:
    office.post(drop_off(), drop_off(other), drop_off(third), dispatch(two))
    told = history.read(ledger, pack)
    assert [one.fact for one in told.told] == [drop_off(), dispatch(two)]
    assert [one.record.position for one in told.told] == [len(network) + 1, len(network) + 4]
    assert told.position == len(network) + 4
    assert not any(one.late or one.voided_by for one in told.told)


def test_facts_are_told_as_they_were_recorded_and_as_they_happened(
    ledger: Ledger, office: Office
) -> None:
    office.post(dispatch(), drop_off(), receive(), store())
    told = history.read(ledger, pack)
    assert types(told) == ["dispatch", "drop_off", "receive", "store"]
    ordered = [one.fact.type for one in told.in_effective_order()]
    assert ordered == ["drop_off", "store", "dispatch", "receive"]
    assert told.whereabouts()["site"] == CENTRE


def test_a_fact_is_late_when_one_that_lies_after_it_was_there_before(
    ledger: Ledger, office: Office
) -> None:
    office.post(store(), drop_off(), dispatch(), store(at=wednesday), receive())
    late = [one.late for one in history.read(ledger, pack).told]
    assert late == [False, True, False, True, False]


def test_of_two_facts_at_one_instant_the_lower_in_rank_may_be_late(
    ledger: Ledger, office: Office
) -> None:
    office.post(dispatch(at=monday), drop_off(at=monday))
    assert [one.late for one in history.read(ledger, pack).told] == [False, True]


def test_a_voided_fact_is_told_with_the_void_that_counts(ledger: Ledger, office: Office) -> None:
    first, last = void(store(), at=saturday), void(store(), at=sunday)
    office.post(drop_off(), store(), last, first)
    told = history.read(ledger, pack)
    assert [one.voided_by for one in told.told] == [None, last.id, None, None]
    assert told.whereabouts()["place"] is None


def test_a_void_is_never_late_and_makes_nothing_late(ledger: Ledger, office: Office) -> None:
    claimed_early = void(drop_off(), at=monday - 1)
    office.post(drop_off(), store(), claimed_early, void(store()), dispatch())
    assert not any(one.late for one in history.read(ledger, pack).told)


def test_until_an_instant_only_what_had_happened_counts(ledger: Ledger, office: Office) -> None:
    office.post(receive(), dispatch(), drop_off())
    told = history.read(ledger, pack)
    sites = [told.until(at).whereabouts()["site"] for at in (monday - 1, monday, thursday, friday)]
    assert sites == [None, POINT, None, CENTRE]
    assert types(told.until(thursday)) == ["dispatch", "drop_off"]


def test_a_void_counts_for_every_instant_however_late_it_was_claimed(
    ledger: Ledger, office: Office
) -> None:
    office.post(drop_off(), store(place="A-1"), void(store(place="A-1"), at=sunday))
    told = history.read(ledger, pack).until(tuesday)
    assert types(told) == ["drop_off", "store", "void"]
    assert told.whereabouts()["place"] is None


def test_what_was_known_at_a_moment_is_what_was_recorded_until_then(
    ledger: Ledger, office: Office
) -> None:
    moments = [
        office.post(movement)
        for movement in (drop_off(), dismantle(), store(), void(dismantle()), dispatch())
    ]
    known = [history.read(ledger, pack, known_at=moment) for moment in moments]
    assert [len(one.told) for one in known] == [1, 2, 3, 4, 5]
    states = [one.whereabouts()["state"] for one in known]
    assert states == ["in_stock", "dismantled", "dismantled", "in_stock", "in_transit"]
    assert [one.late for one in known[2].told] == [False, False, True]
    assert [one.voided_by for one in known[2].told] == [None, None, None]
    assert known[3].told[1].voided_by == void(dismantle()).id
    assert history.read(ledger, pack, known_at=moments[0] - 1).told == []


def test_what_was_known_then_is_told_alike_for_ever(ledger: Ledger, office: Office) -> None:
    moment = office.post(drop_off(), store())
    before = history.read(ledger, pack, known_at=moment)
    office.post(void(store()), dispatch(), drop_off(at=monday - 1))
    assert history.read(ledger, pack, known_at=moment).told == before.told


def test_what_was_known_then_of_a_moment_before_it(ledger: Ledger, office: Office) -> None:
    """Two clocks: the one that the facts claim, and ours."""
    moment = office.post(drop_off(mass_g=8700), dispatch())
    office.post(store(place="A-1"), void(drop_off(mass_g=8700)))
    then = history.read(ledger, pack, known_at=moment).until(wednesday).whereabouts()
    now = history.read(ledger, pack).until(wednesday).whereabouts()
    assert (then["place"], then["mass_g"]) == (None, 8700)
    assert (now["place"], now["mass_g"]) == ("A-1", None)


def test_a_corrected_fact_is_told_as_it_was_posted_with_the_correction_that_counts(
    ledger: Ledger, office: Office
) -> None:
    wrong = store(place="A-1")
    first, last = (correct(wrong, {"place": "B-2"}, at=at) for at in (saturday, sunday))
    office.post(drop_off(), wrong, last, first)
    told = history.read(ledger, pack)
    assert [one.corrected_by for one in told.told] == [None, last.id, None, None]
    assert [one.voided_by for one in told.told] == [None] * 4
    assert told.told[1].fact == wrong
    assert told.whereabouts()["place"] == "B-2"


def test_a_correction_counts_for_every_instant_and_moves_its_target_to_its_own(
    ledger: Ledger, office: Office
) -> None:
    wrong = drop_off()
    office.post(wrong, correct(wrong, {"occurred_at": rfc3339(wednesday)}))
    told = history.read(ledger, pack)
    sites = [told.until(at).whereabouts()["site"] for at in (tuesday, wednesday)]
    assert sites == [None, POINT]
    assert types(told.until(tuesday)) == ["drop_off", "correct"]


def test_a_fact_of_another_battery_that_was_meant_for_this_one_is_told(
    ledger: Ledger, office: Office
) -> None:
    wrong = drop_off(other)
    office.post(wrong, drop_off(third), correct(wrong, {"battery": {"code": pack}}))
    told = history.read(ledger, pack)
    assert types(told) == ["drop_off", "correct"]
    assert told.whereabouts()["site"] == POINT
    assert history.read(ledger, other).whereabouts() == UNKNOWN


def test_both_codes_of_a_pack_tell_the_same_history(ledger: Ledger, office: Office) -> None:
    office.post(drop_off(), store([sticker]), tag(sticker, same_as=pack, at=thursday))
    told = [history.read(ledger, ref) for ref in (pack, sticker)]
    assert told[0].told == told[1].told
    assert [one.codes for one in told] == [(pack, sticker)] * 2
    assert [one.ref for one in told] == [pack, sticker]
    assert types(told[0]) == ["drop_off", "store", "tag"]


def test_two_packs_taken_for_one_tell_nothing_of_each_other_any_more(
    ledger: Ledger, office: Office
) -> None:
    """Not even what was voided, or handed on, of the other."""
    link = tag(pack, same_as=other)
    office.post(drop_off(other), void(drop_off(other)), dispatch([other]), hand_on())
    office.post(drop_off(), link, void(link))
    assert types(history.read(ledger, pack)) == ["drop_off", "tag", "void"]
    theirs = ["drop_off", "void", "dispatch", "hand_on", "tag", "void"]
    assert types(history.read(ledger, other)) == theirs


def test_a_hand_on_is_told_whether_it_was_recorded_before_its_dispatch_or_after(
    ledger: Ledger, office: Office
) -> None:
    office.post(hand_on(), dispatch([pack]), hand_on(at=friday), hand_on(consignment="x:1"))
    assert types(history.read(ledger, pack)) == ["hand_on", "dispatch", "hand_on"]


def test_before_two_codes_were_linked_each_told_its_own(ledger: Ledger, office: Office) -> None:
    moment = office.post(drop_off(), store([sticker]))
    office.post(tag(sticker, same_as=pack, at=thursday))
    then = history.read(ledger, sticker, known_at=moment)
    assert (then.codes, types(then)) == ((sticker,), ["store"])
