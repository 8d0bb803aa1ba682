import pytest

from tests.given import (
    CENTRE,
    POINT,
    dismantle,
    dispatch,
    drop_off,
    friday,
    incident,
    other,
    pack,
    receive,
    saturday,
    sunday,
    two,
)
from tests.gwt import given


@pytest.mark.parametrize("kind", ["fire", "leak"])
def test_whoever_reports_a_danger_is_told_what_to_do(kind: str) -> None:
    (remark,) = given(drop_off()).when(incident(kind)).then("isolate")
    assert remark.severity == "critical"
    assert remark.subjects == (f"site:{POINT}", f"battery:{pack}")
    (remark,) = given().when(incident(kind, [])).then("isolate")
    assert remark.subjects == (f"site:{POINT}",)


@pytest.mark.parametrize("kind", ["theft", "loss"])
def test_what_stood_here_can_be_lost_here(kind: str) -> None:
    given(drop_off()).when(incident(kind)).then()


def test_what_is_not_here_cannot_be_lost_here() -> None:
    elsewhere, on_the_road = drop_off(site=CENTRE), dispatch([other])
    given(elsewhere, on_the_road).when(incident("loss", two, at=friday)).then(
        "held_elsewhere", "still_on_the_road"
    )


def test_what_is_lost_is_lost_once() -> None:
    scene = given(drop_off(), incident("theft"))
    scene.when(incident("loss", at=friday)).then("lost_before")
    scene.when(incident("fire", at=friday)).then("isolate")


def test_what_was_lost_or_missing_is_found_anywhere_without_a_word() -> None:
    lost = given(drop_off(), incident("loss"))
    lost.when(incident("found", at=saturday)).then()
    lost.when(incident("found", at=saturday, site=CENTRE)).then()
    given(dispatch(), receive([], missing=[pack])).when(incident("found", at=saturday)).then()


def test_what_was_never_lost_cannot_be_found() -> None:
    (remark,) = given(drop_off()).when(incident("found")).then("found_never_lost")
    assert remark.params == {"battery": pack, "state": "in_stock"}
    given(dispatch()).when(incident("found", at=friday)).then("found_never_lost")


def test_what_is_found_may_be_new_or_be_no_more() -> None:
    given().when(incident("found")).then("never_seen")
    given().when(incident("found", capture="typed")).then("never_seen", "typed_code")
    given(dismantle()).when(incident("found", at=sunday)).then("after_the_end")
