from tests.given import CENTRE, dismantle, dispatch, drop_off, monday, pack, sunday, tuesday, void
from tests.gwt import given


def test_a_battery_that_nobody_knew_enters_without_a_word() -> None:
    given().when(drop_off()).then()


def test_a_second_drop_off_is_remarked() -> None:
    (remark,) = given(drop_off()).when(drop_off(at=tuesday)).then("second_drop_off")
    assert remark.subjects == (f"battery:{pack}",)
    assert remark.params == {"battery": pack, "state": "in_stock"}


def test_a_drop_off_of_what_is_on_the_road_is_a_second_one() -> None:
    given(dispatch()).when(drop_off(site=CENTRE, at=sunday)).then("second_drop_off")


def test_a_drop_off_of_what_is_no_more_is_remarked() -> None:
    (remark,) = given(dismantle()).when(drop_off(at=sunday)).then("after_the_end")
    assert remark.params == {"battery": pack, "state": "dismantled"}
    assert remark.severity == "critical"


def test_a_drop_off_that_comes_late_is_the_first() -> None:
    given(dispatch(), dismantle()).when(drop_off(at=monday)).then()


def test_a_drop_off_that_was_taken_back_does_not_count() -> None:
    mistaken = drop_off()
    given(mistaken, void(mistaken)).when(drop_off(at=tuesday)).then()
