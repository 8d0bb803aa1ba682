import csv

import pytest

from custody.codes import CodeError, ebike_plate, fits, is_listed, plate, un_number
from tests.codes.shared import golden


def test_every_number_of_the_list_is_taken_as_its_note_says() -> None:
    with golden("un_numbers.csv").open(encoding="utf-8") as lines:
        for row in csv.DictReader(lines):
            if row["un"] == "2794":
                with pytest.raises(CodeError, match="lead-acid") as refused:
                    un_number(row["un"])
                assert refused.value.code == "un_lead_acid"
            else:
                assert un_number(row["un"]) == row["un"]
                assert is_listed(row["un"]) == ("METAL" not in row["proper_shipping_name"])


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("2800", "un_lead_acid", None),
        ("348O", "code_character", 4),
        ("348", "code_length", None),
        ("34801", "code_length", None),
        ("", "code_empty", None),
        ("3480" + " " * 100, "code_too_long", None),
        ("٣٤٨٠", "code_character", 1),  # digits, of another script
    ],
)
def test_what_is_no_number_of_ours_is_refused(text: str, code: str, position: int | None) -> None:
    with pytest.raises(CodeError) as refused:
        un_number(text)
    assert (refused.value.code, refused.value.position) == (code, position)


def test_another_number_passes_unlisted() -> None:
    assert un_number("1203") == "1203"
    assert not is_listed("1203")
    assert not is_listed("UN3480")


@pytest.mark.parametrize(
    ("storage_class", "fitting"),
    [
        ("normal", {"P903", "LP903", "P909"}),
        ("damaged", {"P908", "LP904", "P911", "LP906"}),
        ("defective", {"P911", "LP906"}),
        ("other", set()),
    ],
)
def test_a_package_is_as_strong_as_its_goods_are_unsound(
    storage_class: str, fitting: set[str]
) -> None:
    known = {"P903", "LP903", "P909", "P908", "LP904", "P911", "LP906", "P001", ""}
    assert {packing for packing in known if fits(storage_class, packing)} == fitting


@pytest.mark.parametrize(
    ("text", "meant"),
    [
        ("浙A12345", "浙A12345"),
        ("浙a·12 34b", "浙A1234B"),
        ("京AF123挂", "京AF123挂"),
        ("沪A1234学", "沪A1234学"),
        ("粤Z1234港", "粤Z1234港"),
        ("粤Z1234澳", "粤Z1234澳"),
        ("川A0001警", "川A0001警"),
        ("浙AD12345", "浙AD12345"),
        ("浙AFH1234", "浙AFH1234"),
        ("粤B12345D", "粤B12345D"),
        ("粤B12345K", "粤B12345K"),
    ],
)
def test_a_plate_is_one_of_lorries_cars_or_electric_vehicles(text: str, meant: str) -> None:
    assert plate(text) == meant
    assert plate(meant) == meant


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "code_empty", None),
        ("·", "code_empty", None),
        ("浙A1234", "code_length", None),
        ("浙A1234567", "code_length", None),
        ("浙" * 65, "code_too_long", None),
        ("台A12345", "code_character", 1),
        ("浙O12345", "code_character", 2),
        ("浙A1234O", "code_character", 7),
        ("浙A12挂45", "code_character", 5),
        ("浙AL12345", "code_character", 3),
        ("浙ADI2345", "code_character", 4),
        ("浙ADB234B", "code_character", 8),
        ("浙A12345L", "code_character", 8),
        ("浙A1234DD", "code_character", 7),
    ],
)
def test_what_is_no_plate_is_refused(text: str, code: str, position: int | None) -> None:
    with pytest.raises(CodeError) as refused:
        plate(text)
    assert (refused.value.code, refused.value.position) == (code, position)


def test_the_plate_of_an_ebike_may_say_anything_short() -> None:
    assert ebike_plate(" 杭州 a·12345") == "杭州A·12345"
    for text, code in (
        ("", "code_empty"),
        ("A" * 13, "code_too_long"),
        ("A" * 65, "code_too_long"),
        ("A\x1d1", "code_character"),
    ):
        with pytest.raises(CodeError) as refused:
            ebike_plate(text)
        assert refused.value.code == code
