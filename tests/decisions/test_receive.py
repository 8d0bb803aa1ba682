from custody.events.consignment import items_digest
from tests.given import (
    BASE,
    CENTRE,
    dismantle,
    dispatch,
    drop_off,
    friday,
    other,
    pack,
    receive,
    road,
    saturday,
    site,
    sunday,
    third,
    tuesday,
    two,
    void,
)
from tests.gwt import given

SENT = (dispatch(two),)
FOREIGN, FOREIGN_TOO = "maker:X100", "maker:Y200"


def test_what_was_sent_arrives_without_a_word() -> None:
    given(*SENT).when(receive(two)).then()


def test_what_is_turned_away_has_been_counted_too() -> None:
    given(*SENT).when(receive([pack], rejected=[other])).then()


def test_a_receipt_without_a_dispatch_is_remarked() -> None:
    (remark,) = given(drop_off()).when(receive()).then("receipt_without_dispatch")
    assert remark.subjects == (f"consignment:{road}",)


def test_a_dispatch_that_claims_to_be_later_is_a_dispatch() -> None:
    given(dispatch(at=saturday)).when(receive()).then()


def test_a_dispatch_that_was_taken_back_is_none() -> None:
    gone = dispatch()
    given(gone, void(gone)).when(receive()).then("receipt_without_dispatch")


def test_a_receiver_who_was_not_the_addressee_is_remarked() -> None:
    (remark,) = given(*SENT).when(receive(two, site=BASE)).then("not_the_addressee")
    assert remark.params == {"consignment": road, "site": CENTRE}


def test_a_number_used_twice_has_two_addressees() -> None:
    again = dispatch([third], to_site=BASE, at=friday)
    for either in (CENTRE, BASE):
        given(*SENT, again).when(receive([pack, other, third], site=either, at=saturday)).then()


def test_a_second_receipt_is_remarked() -> None:
    given(*SENT, receive(two)).when(receive(two, at=saturday)).then("received_before")


def test_a_receipt_that_was_taken_back_is_no_first_one() -> None:
    mistaken = receive([pack])
    given(*SENT, mistaken, void(mistaken)).when(receive(two, at=saturday)).then()


def test_what_did_not_arrive_is_remarked_once_with_all_its_batteries() -> None:
    (remark,) = given(*SENT).when(receive([])).then("short")
    assert remark.subjects == tuple(f"battery:{ref}" for ref in sorted(two))
    assert remark.params == {"pieces": 2}


def test_what_is_reported_missing_is_short() -> None:
    (remark,) = given(*SENT).when(receive([pack], missing=[other])).then("short")
    assert remark.subjects == (f"battery:{other}",)


def test_what_nobody_sent_is_remarked_whether_taken_or_turned_away() -> None:
    for receipt in (receive([*two, third]), receive(two, extra=[third])):
        (remark,) = given(*SENT).when(receipt).then("not_sent")
        assert remark.subjects == (f"battery:{third}",)
    given(*SENT).when(receive(two, rejected=[third])).then("not_sent")


def test_of_a_consignment_that_nobody_reported_nothing_is_held_against_the_receiver() -> None:
    given().when(receive([pack], extra=[third])).then("receipt_without_dispatch")


def test_broken_seals_are_remarked_and_silence_about_seals_is_not() -> None:
    given(*SENT).when(receive(two, seals_intact=False)).then("seals_broken")
    given(*SENT).when(receive(two, seals_intact=True)).then()


def test_seals_with_the_same_numbers_are_the_same_in_whichever_order() -> None:
    sealed = dispatch(two, seals=["S1", "S2"])
    given(sealed).when(receive(two, seals=["S2", "S1"])).then()
    given(sealed).when(receive(two)).then()
    given(*SENT).when(receive(two, seals=["S1"])).then()


def test_seals_with_other_numbers_are_remarked() -> None:
    sealed = dispatch(two, seals=["S2", "S1"])
    (remark,) = given(sealed).when(receive(two, seals=["S1", "X9"])).then("seals_differ")
    assert remark.params == {"consignment": road, "sent": "S1, S2", "found": "S1, X9"}
    (remark,) = given(sealed).when(receive(two, seals=[])).then("seals_differ")
    assert remark.params["found"] == "-"
    given(sealed).when(receive(two, seals=["S1"], seals_intact=False)).then(
        "seals_broken", "seals_differ"
    )


def test_the_right_number_of_other_batteries_may_have_been_swapped() -> None:
    given(*SENT).when(receive([pack, FOREIGN])).then("short", "not_sent", "substitution")
    *_, remark = (
        given(*SENT)
        .when(receive([FOREIGN], rejected=[FOREIGN_TOO]))
        .then("short", "not_sent", "substitution")
    )
    assert remark.severity == "critical"
    assert remark.params == {"pieces": 2}
    assert {*remark.subjects} == {f"battery:{ref}" for ref in (*two, FOREIGN, FOREIGN_TOO)}


def test_another_number_of_other_batteries_was_not_swapped() -> None:
    given(*SENT).when(receive([FOREIGN])).then("short", "not_sent")


def test_a_code_that_is_one_slip_away_was_misread_rather_than_swapped() -> None:
    given(*SENT).when(receive([pack, third])).then("short", "not_sent")
    given(dispatch([pack])).when(receive([other])).then("short", "not_sent")


def test_a_receiver_s_digest_is_that_of_what_it_counted() -> None:
    counted = items_digest(two)
    given(*SENT).when(receive(two, items_digest=counted)).then()
    given(*SENT).when(receive([pack], rejected=[other], items_digest=counted)).then()
    given().when(receive(two, items_digest=counted)).then("receipt_without_dispatch")


def test_a_digest_that_is_neither_its_own_nor_the_sender_s_is_remarked() -> None:
    first, second = (
        given(*SENT)
        .when(receive(two, items_digest=items_digest([third])))
        .then("items_digest_wrong", "items_differ")
    )
    assert first.params == {"consignment": road, "pieces": 2}
    assert second.params == {"sent": 2, "counted": 2}


def test_two_sides_that_mean_different_sets_learn_it_from_the_counts_alone() -> None:
    scene = given(*SENT).when(receive([pack], items_digest=items_digest([pack])))
    _, remark = scene.then("short", "items_differ")
    assert remark.subjects == (f"consignment:{road}",)
    assert remark.params == {"sent": 2, "counted": 1}
    scene = given(*SENT).when(receive([pack], missing=[other], items_digest=items_digest(two)))
    scene.then("short", "items_digest_wrong")


def test_a_site_that_was_suspended_meanwhile_takes_in_what_was_sent_to_it() -> None:
    closed = site(CENTRE, kind="sorting_centre", active_to=friday)
    given(*SENT).registered(closed).when(receive(two, at=saturday)).then()
    given(dispatch(two, at=friday)).registered(closed).when(receive(two, at=saturday)).then(
        "site_suspended"
    )
    given().registered(closed).when(receive(two, at=saturday)).then(
        "site_suspended", "receipt_without_dispatch"
    )
    given(dispatch(two, to_site=BASE)).registered(closed).when(receive(two, at=saturday)).then(
        "site_suspended", "not_the_addressee"
    )


def test_a_battery_that_is_no_more_is_remarked_however_it_was_counted() -> None:
    end = dismantle(at=tuesday)
    for receipt in (receive(two), receive([other], rejected=[pack])):
        given(*SENT, end).when(receipt).then("after_the_end")
    given(*SENT, end).when(receive([other], missing=[pack])).then("short", "after_the_end")


def test_all_that_is_odd_is_remarked_at_once() -> None:
    given(*SENT, receive(two)).when(
        receive([third], site=BASE, seals_intact=False, at=sunday)
    ).then("not_the_addressee", "received_before", "seals_broken", "short", "not_sent")
