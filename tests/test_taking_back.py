"""How does the custodian record that a movement did not happen?"""

import pytest

from custody.custodian import Custodian
from custody.ledger import Ledger
from tests.custodians import custodian_of, movements_in, record, request, shown
from tests.given import (
    BASE,
    CENTRE,
    POINT,
    dispatch,
    drop_off,
    inspect,
    other,
    pack,
    posted,
    receive,
    road,
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
