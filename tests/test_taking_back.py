"""How does the custodian record that a movement did not happen?"""

from typing import Any

import pytest

from custody.custodian import Custodian
from custody.ledger import Ledger
from custody.terms import Refused
from tests.custodians import custodian_of, movements_in, record, request, shown
from tests.given import (
    BASE,
    CENTRE,
    POINT,
    correct,
    dispatch,
    drop_off,
    hand_on,
    inspect,
    other,
    pack,
    posted,
    receive,
    return_road,
    road,
    saturday,
    store,
    sunday,
    two,
    void,
)


@pytest.fixture
def custodian(ledger: Ledger) -> Custodian:
    return custodian_of(ledger)


@pytest.mark.parametrize("batches", [1, 2])
def test_a_void_is_about_all_that_its_target_was_about(
    custodian: Custodian, ledger: Ledger, batches: int
) -> None:
    gone = dispatch(two)
    record(custodian, drop_off(), *([gone] if batches == 2 else []))
    if batches == 2:
        record(custodian, void(gone, site=CENTRE))
    else:
        record(custodian, gone, void(gone, site=CENTRE))
    taken_back = movements_in(ledger)[-1]
    assert taken_back.subjects == (
        f"movement:{void(gone, site=CENTRE).id}",
        f"movement:{gone.id}",
        f"site:{CENTRE}",
        f"site:{POINT}",
        f"consignment:{road}",
        f"battery:{pack}",
        f"battery:{other}",
    )


def test_a_void_is_about_the_terminal_of_its_target_too(
    custodian: Custodian, ledger: Ledger
) -> None:
    by = posted(store()).poster
    at_terminal = type(by)(by.key, by.site, terminal="T-1")
    record(custodian, posted(store(), poster=at_terminal), void(store()))
    assert "terminal:T-1" in movements_in(ledger)[-1].subjects


@pytest.mark.parametrize("batches", [1, 2, 3])
def test_what_was_taken_back_does_not_count_any_more(custodian: Custodian, batches: int) -> None:
    gone = dispatch()
    first, second, third = [drop_off(), gone], [void(gone)], [inspect(at=sunday + 1)]
    if batches == 1:
        outcomes = record(custodian, *first, *second, *third)
    elif batches == 2:
        outcomes = [*record(custodian, *first), *record(custodian, *second, *third)]
    else:
        outcomes = [one for part in (first, second, third) for one in record(custodian, *part)]
    assert [*map(shown, outcomes)] == [("recorded",)] * 4


def test_a_receipt_without_its_dispatch_is_one_again_when_that_is_taken_back(
    custodian: Custodian,
) -> None:
    gone = dispatch()
    record(custodian, gone)
    outcomes = record(custodian, void(gone), receive())
    assert shown(outcomes[1]) == ("recorded", "receipt_without_dispatch")


def test_nobody_takes_back_what_another_organisation_recorded(
    custodian: Custodian, ledger: Ledger
) -> None:
    outcomes = record(custodian, store(), void(store(), site=BASE))
    assert shown(outcomes[1])[:2] == ("refused", "not_the_author")
    assert len(movements_in(ledger)) == 1


def test_nobody_takes_back_what_nobody_recorded(custodian: Custodian, ledger: Ledger) -> None:
    outcomes = record(custodian, void(store()), store())
    assert shown(outcomes[0])[:2] == ("refused", "target_unknown")
    assert shown(outcomes[1])[0] == "recorded"
    assert shown(record(custodian, void(store()))[0]) == ("recorded",)


def test_nobody_takes_back_what_was_refused(custodian: Custodian) -> None:
    used_up = store(id=drop_off().id)
    outcomes = record(custodian, drop_off(), used_up, void(used_up))
    assert shown(outcomes[1])[:2] == ("refused", "id_reused")
    assert shown(outcomes[2]) == ("recorded",)


def test_a_registration_is_no_target(custodian: Custodian) -> None:
    nobody = void("019cac0f-2680-7000-8000-000000000000")
    assert shown(record(custodian, nobody)[0])[1] == "target_unknown"


@pytest.mark.parametrize("batches", [1, 2])
def test_a_void_is_no_target(custodian: Custodian, ledger: Ledger, batches: int) -> None:
    taken_back = void(store())
    again = void(taken_back, at=sunday + 1)
    if batches == 1:
        outcome = record(custodian, store(), taken_back, again)[-1]
    else:
        record(custodian, store(), taken_back)
        (outcome,) = record(custodian, again)
    assert shown(outcome) == ("refused", "target_unknown", "target_is_a_correction")
    assert len(movements_in(ledger)) == 2


def test_a_void_that_comes_again_hears_the_first_answer(
    custodian: Custodian, ledger: Ledger
) -> None:
    record(custodian, store(), void(store()))
    assert [*map(shown, record(custodian, void(store()), store()))] == [
        ("duplicate",),
        ("duplicate", "never_seen"),
    ]
    assert len(movements_in(ledger)) == 2


def test_two_voids_of_one_movement_are_both_recorded(custodian: Custodian, ledger: Ledger) -> None:
    record(custodian, store(), void(store()), void(store(), at=sunday + 1))
    assert len(movements_in(ledger)) == 3


def test_a_strict_request_may_record_and_take_back(custodian: Custodian, ledger: Ledger) -> None:
    (answers,) = custodian.record([request(drop_off(), void(drop_off()), strict=True)])
    assert [*map(shown, answers)] == [("recorded",)] * 2
    assert len(movements_in(ledger)) == 2


def test_a_correction_is_about_all_that_its_target_was_about_and_all_that_it_brings(
    custodian: Custodian, ledger: Ledger
) -> None:
    handed, sent = hand_on(consignment=return_road), dispatch([pack])
    right = correct(sent, {"consignment": return_road, "batteries": [other]})
    outcomes = record(custodian, drop_off(), handed, sent, right)
    assert [shown(one)[0] for one in outcomes] == ["recorded"] * 4
    subjects = movements_in(ledger)[-1].subjects
    assert subjects[0] == f"movement:{right.id}"
    assert {*subjects[1:3]} == {f"movement:{sent.id}", f"movement:{handed.id}"}
    assert {*subjects[3:]} == {
        f"site:{POINT}",
        f"consignment:{road}",
        f"consignment:{return_road}",
        f"battery:{pack}",
        f"battery:{other}",
    }


def test_whoever_an_overruled_correction_brought_in_is_told_of_the_next(
    custodian: Custodian, ledger: Ledger
) -> None:
    strayed = correct(drop_off(), {"battery": {"code": other}}, at=saturday)
    record(custodian, drop_off(), strayed, void(drop_off()))
    assert f"battery:{other}" in movements_in(ledger)[-1].subjects


@pytest.mark.parametrize("apart", [False, True])
def test_what_was_put_right_counts_as_it_should_have_been_posted(
    custodian: Custodian, apart: bool
) -> None:
    wrong = dispatch()
    right = correct(wrong, {"batteries": [other]})
    facts = [drop_off(), drop_off(other), wrong, right, inspect(at=sunday + 1)]
    if apart:
        outcomes = [record(custodian, fact)[0] for fact in facts]
    else:
        outcomes = record(custodian, *facts)
    assert shown(outcomes[-1]) == ("recorded",)
    assert "still_on_the_road" in shown(record(custodian, inspect(other, at=sunday + 1))[0])


@pytest.mark.parametrize(
    ("values", "where"),
    [
        ({"place": ""}, "/values/place"),
        ({"colour": "red"}, "/values/colour"),
        ({"batteries": [pack, pack]}, "/values/batteries/1"),
        ({"batteries": ["barcode:1"]}, "/values/batteries/0"),
        ({"site": BASE}, "/values/site"),
    ],
    ids=str,
)
def test_values_that_make_no_movement_are_refused_field_by_field(
    custodian: Custodian, ledger: Ledger, values: dict[str, Any], where: str
) -> None:
    outcomes = record(custodian, store(), correct(store(), values))
    assert isinstance(outcomes[1], Refused)
    assert [error.pointer for error in outcomes[1].errors] == [where]
    assert len(movements_in(ledger)) == 1


def test_nobody_puts_right_what_another_organisation_or_nobody_recorded(
    custodian: Custodian,
) -> None:
    values = {"place": "B-2"}
    assert shown(record(custodian, correct(store(), values))[0])[1] == "target_unknown"
    record(custodian, store())
    assert shown(record(custodian, correct(store(), values, site=BASE))[0])[1] == "not_the_author"
    assert shown(record(custodian, correct(store(), values, site=CENTRE))[0])[0] == "recorded"


def test_a_correction_is_no_target(custodian: Custodian) -> None:
    right = correct(store(), {"place": "B-2"})
    again = correct(right, {"reason": "again"}, at=sunday + 1)
    outcome = record(custodian, store(), right, again)[-1]
    assert shown(outcome) == ("refused", "target_unknown", "target_is_a_correction")
