import pytest

from custody.terms import DAY, HOUR, rfc3339
from tests.given import (
    CENTRE,
    POINT,
    dispatch,
    drop_off,
    incident,
    other,
    pack,
    saturday,
    stock_take,
    sunday,
    tuesday,
    two,
    wednesday,
)
from tests.gwt import given


def test_what_the_books_have_here_is_counted_without_a_word() -> None:
    given(drop_off(), drop_off(other)).when(stock_take(two)).then()


def test_nothing_may_be_counted_as_well() -> None:
    given().when(stock_take([])).then()


def test_what_the_books_have_elsewhere_or_on_the_road_is_remarked() -> None:
    scene = given(drop_off(site=CENTRE), dispatch([other], at=tuesday))
    first, second = scene.when(stock_take(two)).then("held_elsewhere", "still_on_the_road")
    assert (first.subjects, second.subjects) == ((f"battery:{pack}",), (f"battery:{other}",))


def test_what_was_lost_has_turned_up() -> None:
    given(drop_off(), incident("loss")).when(stock_take(at=saturday)).then("was_lost")


@pytest.mark.parametrize("ago", [0, HOUR, DAY])
def test_the_books_are_frozen_when_it_is_counted_or_up_to_a_day_before(ago: int) -> None:
    given(drop_off()).when(stock_take(frozen_at=rfc3339(wednesday - ago))).then()


def test_a_count_of_books_that_are_yet_to_be_frozen_is_remarked() -> None:
    scene = given(drop_off()).when(stock_take(frozen_at=rfc3339(wednesday + 1)))
    (remark,) = scene.then("frozen_after_the_count")
    assert remark.subjects == (f"site:{POINT}",)
    assert remark.params == {"frozen_at": rfc3339(wednesday + 1)}


def test_a_count_of_books_frozen_long_ago_is_remarked() -> None:
    scene = given(drop_off()).when(stock_take(frozen_at=rfc3339(sunday - DAY - 1), at=sunday))
    scene.then("frozen_long_before")
