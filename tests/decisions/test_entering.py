from datetime import UTC, date, datetime
from typing import Any

import pytest

from custody.codes import ODDITIES, gbt34014
from custody.codes import tag as tag_code
from custody.decisions.entering import ODD
from custody.terms import millis
from tests.given import (
    CENTRE,
    dispatch,
    drop_off,
    inspect,
    monday,
    pack,
    receive,
    road,
    sticker,
    stock_take,
    store,
    tag,
    tuesday,
    two,
)
from tests.gwt import given


def coded(made: date, product: str = "P", **design: Any) -> str:
    said = {"maker": "04Q", "chemistry": "B", "spec": "76", "trace": "836300J", **design}
    return "gbt34014:" + gbt34014(product=product, date=made, serial=7, **said)


SECOND_LIFE = coded(date(2024, 5, 6), trace="")


def test_every_oddity_of_a_code_has_its_remark() -> None:
    assert {*ODD} == {*ODDITIES}


def test_an_ordinary_code_enters_without_a_word() -> None:
    given().when(drop_off(pack)).then()
    given().when(drop_off(sticker)).then()
    given().when(drop_off("maker:ABC 1-2")).then()


def test_a_date_with_a_letter_that_no_standard_has_is_remarked() -> None:
    loose = pack[:23] + "U" + pack[24:]
    (remark,) = given().when(drop_off(loose)).then("loose_letter")
    assert remark.subjects == (f"battery:{loose}",)


def test_a_battery_yet_to_be_made_is_remarked() -> None:
    given().when(drop_off(coded(date(2026, 3, 3)))).then("made_in_the_future")


def test_a_battery_retired_within_90_days_of_its_making_is_remarked() -> None:
    given().when(drop_off(coded(date(2025, 12, 3)))).then("made_within_90_days")


def test_a_battery_is_as_old_as_the_calendar_in_china_says() -> None:
    midnight = millis(datetime(2026, 3, 2, 16, tzinfo=UTC))
    made = coded(date(2025, 12, 3))
    given().when(drop_off(made, at=midnight - 1)).then("made_within_90_days")
    given().when(drop_off(made, at=midnight)).then()


@pytest.mark.parametrize("product", ["M", "C"])
def test_a_module_or_a_cell_is_no_pack(product: str) -> None:
    given().when(drop_off(coded(date(2024, 5, 6), product))).then("product_not_a_pack")


def test_a_second_life_product_must_not_come_as_an_e_bike_s_pack() -> None:
    (remark,) = given().when(drop_off(SECOND_LIFE)).then("second_life_product")
    assert remark.severity == "high"


def test_a_second_life_code_that_contradicts_itself_is_remarked() -> None:
    given().when(drop_off(SECOND_LIFE[:-1] + "M")).then("second_life_product", "product_differs")


def test_a_tag_of_next_year_s_book_is_remarked() -> None:
    given().when(drop_off("tag:" + tag_code(2027, "330106", 1))).then("tag_of_a_later_year")


def test_a_tag_of_a_division_that_never_was_is_remarked() -> None:
    given().when(drop_off("tag:" + tag_code(2026, "990000", 1))).then("tag_division_unknown")


def test_a_code_is_odd_to_whoever_sees_it_first() -> None:
    cell = coded(date(2024, 5, 6), "C")
    for first in (store([cell]), inspect(cell), stock_take([cell]), dispatch([cell])):
        given().when(first).then("never_seen", "product_not_a_pack")
    given().when(receive([cell])).then("receipt_without_dispatch", "product_not_a_pack")
    given(drop_off(cell)).when(store([cell])).then()
    given(dispatch([cell])).when(receive([cell])).then()


def test_a_code_that_was_typed_and_is_new_should_be_checked() -> None:
    typed = drop_off(capture="typed")
    (remark,) = given().when(typed).then("typed_code")
    assert (remark.severity, remark.subjects) == ("low", (f"battery:{pack}",))
    given().when(drop_off(capture="scanned")).then()
    given(drop_off()).when(store(capture="typed")).then()


def test_each_new_code_of_a_typed_list_is_one_more_to_check() -> None:
    known = drop_off(site=CENTRE)
    given(known).when(store(two, site=CENTRE, capture="typed")).then("never_seen", "typed_code")
    given().when(receive(two, capture="typed", consignment=road)).then(
        "receipt_without_dispatch", "typed_code", "typed_code"
    )


def test_an_older_code_that_a_tag_names_enters_too() -> None:
    cell = coded(date(2024, 5, 6), "C")
    given().when(tag(same_as=cell)).then("never_seen", "product_not_a_pack", "tag_not_issued")


def test_a_battery_known_only_from_later_is_new_to_the_moment_before() -> None:
    given(store(at=tuesday, site=CENTRE)).when(drop_off(capture="typed", at=monday)).then(
        "typed_code"
    )
