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
    sunday,
    third,
    tuesday,
    two,
    void,
)
from tests.gwt import given

SENT = (dispatch(two),)


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
    for site in (CENTRE, BASE):
        given(*SENT, again).when(receive([pack, other, third], site=site, at=saturday)).then()


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


def test_a_battery_that_is_no_more_is_remarked_however_it_was_counted() -> None:
    end = dismantle(at=tuesday)
    for receipt in (receive(two), receive([other], rejected=[pack])):
        given(*SENT, end).when(receipt).then("after_the_end")
    given(*SENT, end).when(receive([other], missing=[pack])).then("short", "after_the_end")


def test_all_that_is_odd_is_remarked_at_once() -> None:
    given(*SENT, receive(two)).when(
        receive([third], site=BASE, seals_intact=False, at=sunday)
    ).then("not_the_addressee", "received_before", "seals_broken", "short", "not_sent")
