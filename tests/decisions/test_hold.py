from tests.given import (
    CENTRE,
    dismantle,
    dispatch,
    drop_off,
    hold,
    pack,
    release_hold,
    saturday,
    sunday,
    thursday,
)
from tests.gwt import given


def test_an_authority_holds_and_lets_go_without_a_word() -> None:
    given(drop_off()).when(hold()).then()
    given(drop_off(), hold()).when(release_hold()).then()


def test_what_a_case_holds_already_is_remarked() -> None:
    (remark,) = given(drop_off(), hold()).when(hold(at=saturday)).then("held_before")
    assert remark.subjects == (f"battery:{pack}",)
    assert remark.params == {"battery": pack, "case": "C-1"}
    given(drop_off(), hold()).when(hold(at=saturday, case="C-2")).then()


def test_what_was_let_go_may_be_held_again() -> None:
    given(drop_off(), hold(), release_hold()).when(hold(at=saturday)).then()


def test_what_a_case_does_not_hold_it_cannot_let_go() -> None:
    (remark,) = given(drop_off()).when(release_hold()).then("not_held")
    assert remark.params == {"battery": pack, "case": "C-1"}
    given(drop_off(), hold(case="C-2")).when(release_hold()).then("not_held")
    given(drop_off(), hold(at=sunday)).when(release_hold()).then("not_held")


def test_even_what_is_no_more_can_be_held() -> None:
    given(dismantle()).when(hold(at=sunday, site=CENTRE)).then()
    given(dismantle(), hold(at=sunday, site=CENTRE)).when(
        release_hold(at=sunday + 1, site=CENTRE)
    ).then()


def test_what_is_held_elsewhere_or_unknown_is_remarked() -> None:
    given().when(hold()).then("never_seen")
    given(drop_off(site=CENTRE)).when(hold()).then("held_elsewhere")
    given(dispatch(at=thursday)).when(hold(at=saturday)).then("still_on_the_road")
