"""Is the shelf compared with the book of the right moment, and is a difference explained?"""

import pytest

from custody.books import Sources, takes
from custody.books.takes import Difference, Take
from custody.events import Movement
from custody.ledger import Ledger
from custody.projections import entries
from custody.projections.freshness import snapshot
from custody.projections.tables import Row
from custody.terms import HOUR, Position, rfc3339
from tests.books.lives import EVER, replayed, told
from tests.given import (
    CENTRE,
    POINT,
    correct,
    dispatch,
    drop_off,
    friday,
    inspect,
    monday,
    other,
    pack,
    receive,
    sticker,
    stock_take,
    store,
    tag,
    third,
    thursday,
    tuesday,
    two,
    void,
    wednesday,
)

COUNT = "ST-1"


def take(ledger: Ledger, *facts: Movement, name: str = COUNT, known: Position = EVER) -> Take:
    told(ledger, [[fact] for fact in facts])
    return again(ledger, name, known)


def again(ledger: Ledger, name: str = COUNT, known: Position = EVER) -> Take:
    with snapshot(ledger.engine) as (connection, _):
        found = takes.find(Sources(connection, ledger), POINT, name, known)
    assert found is not None
    return found


def listed(ledger: Ledger, known: Position = EVER) -> list[Row]:
    with snapshot(ledger.engine) as (connection, _):
        return entries.takes(connection, POINT, known=known, limit=10)


def so(found: Difference) -> tuple[str, bool, bool]:
    return found.battery, found.at_counting, found.now


def because(found: Difference) -> Position:
    assert found.because is not None
    return found.because.position


def test_what_is_on_both_is_matched_and_what_is_on_one_is_not(shelf: Ledger) -> None:
    found = take(
        shelf,
        drop_off(),
        drop_off(other, mass_g=6_000),
        stock_take([pack, third], take=COUNT),
    )
    assert (found.matched, found.on_book) == ([pack], 2)
    assert [so(one) for one in found.missing] == [(other, True, True)]
    assert found.missing[0].stay["mass_g"] == 6_000
    assert [so(one) for one in found.surplus] == [(third, True, True)]
    assert found.surplus[0].stay == {}
    assert found.missing[0].because is found.surplus[0].because is None


def test_one_without_a_step_is_whole_by_itself(shelf: Ledger) -> None:
    first, second = stock_take([pack]), stock_take([pack], at=friday)
    assert take(shelf, drop_off(), first, second, name=first.id).matched == [pack]
    assert [row["take"] for row in listed(shelf)] == [second.id, first.id]


def test_its_steps_together_are_one_count_frozen_when_it_was_opened(shelf: Ledger) -> None:
    """What left between the freeze and the last count was on the shelf when it was frozen."""
    frozen = {"frozen_at": rfc3339(tuesday), "take": COUNT}
    found = take(
        shelf,
        drop_off(),
        drop_off(other),
        drop_off(third),
        stock_take([], at=tuesday, step="open", **frozen),
        stock_take([pack], at=tuesday + HOUR, step="count", **frozen),
        dispatch([third], at=wednesday),
        stock_take([other], at=thursday, step="count", take=COUNT),
        stock_take([], at=thursday + HOUR, step="close", take=COUNT),
    )
    assert (found.of.at, len(found.steps)) == (tuesday, 4)
    assert found.matched == sorted(two)
    assert [so(one) for one in found.missing] == [(third, True, True)]
    (row,) = listed(shelf)
    assert (row["begun_at"], row["ended_at"], row["movements"]) == (tuesday, thursday + HOUR, 4)


def test_a_dispatch_that_was_told_late_explains_what_was_missing(shelf: Ledger) -> None:
    gone = dispatch([other], at=tuesday)
    found = take(shelf, drop_off(), drop_off(other), stock_take([pack], take=COUNT), gone)
    assert [so(one) for one in found.missing] == [(other, True, False)]
    assert because(found.missing[0]) == 4
    before = again(shelf, known=3)
    assert [so(one) for one in before.missing] == [(other, True, True)]
    assert before.missing[0].because is None


def test_a_drop_off_that_was_told_late_explains_what_was_too_much(shelf: Ledger) -> None:
    found = take(shelf, stock_take([pack], take=COUNT), drop_off(at=tuesday))
    assert found.matched == [pack]
    assert [so(one) for one in found.surplus] == [(pack, True, False)]
    assert because(found.surplus[0]) == 2


def test_a_movement_that_was_told_late_may_make_a_difference(shelf: Ledger) -> None:
    found = take(
        shelf,
        drop_off(),
        stock_take([pack], take=COUNT),
        dispatch(at=tuesday),
        drop_off(other, at=tuesday),
    )
    assert found.matched == []
    assert [so(one) for one in found.surplus] == [(pack, False, True)]
    assert [so(one) for one in found.missing] == [(other, False, True)]
    assert (because(found.surplus[0]), because(found.missing[0])) == (3, 4)


def test_of_several_that_came_late_the_last_to_change_it_is_told(shelf: Ledger) -> None:
    gone = dispatch([other], at=tuesday)
    found = take(
        shelf,
        drop_off(),
        drop_off(other),
        stock_take([pack], take=COUNT),
        gone,
        void(gone),
        dispatch([other], at=tuesday + 1),
        store([other], at=monday + 1),
    )
    assert [so(one) for one in found.missing] == [(other, True, False)]
    assert because(found.missing[0]) == 6


def test_a_receipt_elsewhere_after_the_freeze_explains_nothing(shelf: Ledger) -> None:
    found = take(
        shelf,
        drop_off(),
        drop_off(other),
        stock_take([pack], take=COUNT),
        receive([other], at=friday),
    )
    assert [so(one) for one in found.missing] == [(other, True, True)]


def test_what_the_count_itself_puts_into_the_book_is_not_held_against_it(shelf: Ledger) -> None:
    """It takes over what the book has elsewhere, at the very instant of the freeze."""
    found = take(shelf, drop_off(site=CENTRE), stock_take([pack], take=COUNT))
    assert (found.on_book, found.matched) == (0, [])
    assert [so(one) for one in found.surplus] == [(pack, True, True)]


def test_two_codes_of_one_pack_are_one_battery(shelf: Ledger) -> None:
    count = stock_take([sticker], take=COUNT)
    joined = tag(sticker, same_as=pack, at=tuesday)
    assert take(shelf, drop_off(), joined, count).matched == [pack]
    late = take(shelf, drop_off(), count, joined)
    assert late.matched == [pack]
    assert [so(one) for one in late.missing] == [(pack, True, False)]
    assert [so(one) for one in late.surplus] == [(sticker, True, False)]
    assert because(late.missing[0]) == because(late.surplus[0]) == 3


def test_a_part_of_the_site_is_compared_with_what_is_known_to_stand_there(shelf: Ledger) -> None:
    found = take(
        shelf,
        drop_off(),
        drop_off(other),
        drop_off(third),
        store([pack, third], place="A-1"),
        store([other], place="B-2"),
        stock_take([pack], scope="A-1", take=COUNT),
    )
    assert (found.matched, found.on_book) == ([pack], 2)
    assert [so(one) for one in found.missing] == [(third, True, True)]


def test_a_step_that_was_voided_or_put_right_counts_as_it_should_have_been(
    shelf: Ledger,
) -> None:
    wrong, more = stock_take([pack, third], take=COUNT), stock_take([other], take=COUNT)
    facts = (drop_off(), drop_off(other), wrong, more)
    right = correct(wrong, {"counted": [pack]})
    assert take(shelf, *facts, right).surplus == []
    assert [so(one) for one in again(shelf, known=4).surplus] == [(third, True, True)]
    assert take(shelf, *facts, right, void(more)).matched == [pack]


def test_one_that_nobody_made_is_not_found(shelf: Ledger) -> None:
    count = stock_take([pack], take=COUNT)
    told(shelf, [[drop_off(), count, void(count)]])
    with snapshot(shelf.engine) as (connection, _):
        sources = Sources(connection, shelf)
        assert takes.find(sources, POINT, COUNT, EVER) is None
        assert takes.find(sources, CENTRE, COUNT, 2) is None
        assert takes.find(sources, POINT, "ST-2", EVER) is None
        assert takes.find(sources, POINT, COUNT, 2) is not None


@pytest.mark.parametrize("size", [1, 4])
def test_however_the_projector_batches_it_is_the_same(shelf: Ledger, size: int) -> None:
    found = take(
        shelf,
        drop_off(),
        drop_off(other),
        stock_take([pack, third], take=COUNT),
        dispatch([other], at=tuesday),
        drop_off(third, at=monday),
    )
    before = [(so(one), because(one)) for one in (*found.missing, *found.surplus)]
    assert len(before) == 2
    replayed(shelf, EVER, size)
    anew = again(shelf)
    assert [(so(one), because(one)) for one in (*anew.missing, *anew.surplus)] == before
    assert anew.matched == found.matched


def test_what_came_after_and_changed_nothing_of_it_explains_nothing(shelf: Ledger) -> None:
    found = take(
        shelf,
        drop_off(),
        drop_off(other),
        stock_take([pack], take=COUNT),
        dispatch([other], at=tuesday),
        inspect(other, at=monday + 1, mass_g=6_000),
        receive([other], at=friday),
    )
    assert because(found.missing[0]) == 4


def test_what_was_recorded_before_the_count_was_over_was_known_to_it(shelf: Ledger) -> None:
    found = take(
        shelf,
        drop_off(),
        drop_off(other),
        stock_take([pack], take=COUNT, step="count"),
        dispatch([other], at=tuesday),
        stock_take([], take=COUNT, step="close", at=thursday),
    )
    assert found.missing == []
    assert [so(one) for one in again(shelf, known=3).missing] == [(other, True, True)]
