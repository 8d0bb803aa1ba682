from datetime import date
from typing import Any

from custody.codes import gbt34014
from custody.decisions import Remark
from custody.events import Movement
from tests.given import (
    CENTRE,
    POINT,
    dismantle,
    dispatch,
    drop_off,
    other,
    pack,
    receive,
    saturday,
    spare_sticker,
    sticker,
    sunday,
    tag,
    tuesday,
    wednesday,
)
from tests.gwt import given

SECOND_LIFE = "gbt34014:" + gbt34014("001", "P", "B", "24", "", date=date(2024, 5, 6), serial=1)


def tagged(*facts: Movement, to: str = sticker, at: int = tuesday, **said: Any) -> "Then":
    """Tag a pack on Tuesday; whether its tag was ever given out is asked elsewhere."""
    return Then(facts, tag(to, at=at, **said))


class Then:
    def __init__(self, facts: tuple[Movement, ...], fact: Movement) -> None:
        self._scene = given(*facts).when(fact)

    def then(self, *codes: str) -> list[Remark]:
        return self._scene.then(*codes, "tag_not_issued")[:-1]


def test_a_pack_without_a_code_gets_a_new_tag_without_a_word() -> None:
    tagged().then()
    tagged(drop_off(sticker)).then()


def test_an_unreadable_code_need_not_be_told() -> None:
    tagged(reason="unreadable").then()


def test_a_pack_keeps_its_older_code() -> None:
    tagged(drop_off(), same_as=pack).then()


def test_a_tag_that_fell_off_is_followed_by_another() -> None:
    first = tag(sticker, same_as=pack)
    tagged(drop_off(), first, to=spare_sticker, same_as=sticker).then()
    tagged(drop_off(), first, to=spare_sticker, same_as=pack).then()


def test_saying_the_same_of_two_codes_again_is_no_contradiction() -> None:
    tagged(drop_off(), tag(sticker, same_as=pack), same_as=pack).then()


def test_a_tag_on_a_pack_that_stands_elsewhere_was_used_before() -> None:
    (remark,) = tagged(drop_off(sticker, site=CENTRE)).then("tag_used_before")
    assert (remark.severity, remark.subjects) == ("high", (f"battery:{sticker}",))
    assert remark.params == {"tag": sticker, "state": "in_stock"}


def test_a_tag_of_a_pack_on_the_road_or_at_its_end_was_used_before() -> None:
    tagged(dispatch([sticker]), at=saturday).then("tag_used_before")
    tagged(dismantle(sticker), at=sunday).then("tag_used_before")


def test_a_tag_of_quite_another_pack_was_used_before() -> None:
    heavy = drop_off(sticker, chemistry="lfp", mass_g=8700)
    tagged(heavy, chemistry="lfp", mass_g=8600).then()
    tagged(heavy, mass_g=6400).then("tag_used_before")
    tagged(heavy, chemistry="nmc").then("tag_used_before")


def test_a_tag_for_two_codes_was_used_for_two_packs() -> None:
    first = tag(sticker, same_as=pack)
    tagged(drop_off(), drop_off(other), first, same_as=other).then("tag_used_before")


def test_a_tag_that_turns_up_again_is_welcome() -> None:
    missed = receive([], missing=[sticker], consignment="x:7")
    tagged(missed, at=sunday).then("was_missing")


def test_what_the_books_never_saw_may_have_been_dropped_off_unreported() -> None:
    (remark,) = tagged(same_as=pack).then("never_seen")
    assert remark.subjects == (f"battery:{pack}",)


def test_an_older_code_that_stands_elsewhere_is_remarked() -> None:
    tagged(drop_off(site=CENTRE), same_as=pack).then("held_elsewhere")
    tagged(dispatch(), same_as=pack, at=saturday).then("still_on_the_road")


def test_a_pack_that_is_no_more_gets_no_tag() -> None:
    (remark,) = tagged(dismantle(), same_as=pack, at=sunday).then("linked_to_ended")
    assert remark.severity == "critical"
    assert remark.subjects == (f"battery:{sticker}", f"battery:{pack}")
    assert remark.params == {"older": pack, "state": "dismantled"}


def test_two_batteries_at_two_sites_are_not_one() -> None:
    (remark,) = tagged(drop_off(sticker), drop_off(site=CENTRE), same_as=pack).then("linked_apart")
    assert remark.params == {
        "battery": sticker,
        "older": pack,
        "site": POINT,
        "older_site": CENTRE,
    }


def test_two_batteries_of_two_kinds_are_not_one() -> None:
    light, heavy = drop_off(sticker, mass_g=6400), drop_off(chemistry="lfp", mass_g=8700)
    (remark,) = tagged(light, heavy, same_as=pack).then("linked_unlike")
    assert remark.params["differences"] == "mass_g 6400 ≠ 8700"
    tagged(heavy, same_as=pack, chemistry="nmc").then("linked_unlike")
    tagged(heavy, same_as=pack, chemistry="lfp", mass_g=8000).then()


def test_what_is_told_now_counts_more_than_what_was_told_of_the_tag() -> None:
    guessed = drop_off(sticker, chemistry="nmc")
    known = drop_off(chemistry="lfp")
    tagged(guessed, known, same_as=pack).then("linked_unlike")


def test_a_tag_comes_from_the_book_of_tags() -> None:
    given().when(tag("maker:X1")).then("not_a_tag")
    given().when(tag(SECOND_LIFE)).then("second_life_product")


def test_a_pack_has_one_code_of_its_maker() -> None:
    scene = given(drop_off()).when(tag(other, same_as=pack, at=tuesday))
    (_, remark) = scene.then("not_a_tag", "two_codes_of_a_kind")
    assert remark.subjects == (f"battery:{other}", f"battery:{pack}")


def test_a_second_life_has_a_code_beside_the_first() -> None:
    given(drop_off()).when(tag(SECOND_LIFE, same_as=pack, at=tuesday)).then("second_life_product")


def test_what_happened_later_is_no_contradiction() -> None:
    tagged(drop_off(), dismantle(at=wednesday), same_as=pack).then()
