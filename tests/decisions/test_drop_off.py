import pytest

from tests.given import CENTRE, dismantle, dispatch, drop_off, monday, pack, sunday, tuesday, void
from tests.gwt import given

KNOWN = drop_off(chemistry="lfp", mass_g=8700)


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


def test_one_code_on_two_packs_gives_itself_away() -> None:
    another = drop_off(chemistry="nmc", mass_g=6400, at=tuesday)
    _, remark = given(KNOWN).when(another).then("second_drop_off", "described_otherwise")
    assert remark.params["differences"] == "chemistry nmc ≠ lfp, mass_g 6400 ≠ 8700"


@pytest.mark.parametrize(
    ("chemistry", "mass_g"),
    [("lfp", 8700), (None, None), ("unknown", None), ("lfp", 7395), ("lfp", 10_235)],
)
def test_what_may_be_the_same_pack_is_held_for_it(
    chemistry: str | None, mass_g: int | None
) -> None:
    again = drop_off(chemistry=chemistry, mass_g=mass_g, at=tuesday)
    given(KNOWN).when(again).then("second_drop_off")


@pytest.mark.parametrize("mass_g", [7394, 10_236, 0])
def test_a_mass_more_than_15_parts_in_a_hundred_off_is_another_pack_s(mass_g: int) -> None:
    given(KNOWN).when(drop_off(mass_g=mass_g, at=tuesday)).then(
        "second_drop_off", "described_otherwise"
    )


@pytest.mark.parametrize("one", ["lmo", "nmc"])
def test_a_blend_may_be_taken_for_what_it_is_made_of(one: str) -> None:
    given(drop_off(chemistry="blend")).when(drop_off(chemistry=one, at=tuesday)).then(
        "second_drop_off"
    )
    given(drop_off(chemistry="blend")).when(drop_off(chemistry="lfp", at=tuesday)).then(
        "second_drop_off", "described_otherwise"
    )
