import csv
import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.codes import (
    CodeError,
    consignment,
    consignment_no,
    is_legacy_uscc,
    make_uscc,
    site,
    uscc,
)
from tests.codes.shared import golden

divisions = st.from_regex("[1-8][0-9]{5}", fullmatch=True)


@given(divisions, st.dates(dt.date(2000, 1, 1), dt.date(2099, 12, 31)), st.integers(0, 36**5 - 1))
def test_a_built_consignment_number_is_one(division: str, date: dt.date, serial: int) -> None:
    number = consignment_no(division, date, serial)
    assert len(number) == 19
    assert consignment(f" {number.lower()[:7]}-{number.lower()[7:]}") == number


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("330106260301000010", "code_shape"),
        ("C33010626030100001", "code_shape"),
        ("C" * 100, "code_too_long"),
        ("C330106260229000010", "code_date"),
        ("C330106260301000010", "code_check"),
        ("x:", "code_empty"),
        ("x:" + "1" * 41, "code_too_long"),
        ("x:12\n3", "code_character"),
        ("x: 12", "code_character"),
    ],
)
def test_what_is_no_consignment_number_is_refused(text: str, code: str) -> None:
    with pytest.raises(CodeError) as refused:
        consignment(text)
    assert refused.value.code == code


def test_a_number_from_elsewhere_stays_as_it_came() -> None:
    assert consignment("x:yd-2026 顺丰/7") == "x:yd-2026 顺丰/7"


def test_a_site_is_a_division_and_a_name() -> None:
    assert site("330106-0007") == "330106-0007"
    for text in (
        "330106-007",
        "330106-0007A" + "B" * 12,
        "33010-0007",
        "330106-00a7",
        "330106-0007\n",
    ):
        with pytest.raises(CodeError):
            site(text)


def test_known_organisations_pass_and_known_mistakes_do_not() -> None:
    with golden("uscc_examples.csv").open() as lines:
        for example in csv.DictReader(lines):
            if example["expect"] == "invalid":
                assert not is_legacy_uscc(example["code"])
                with pytest.raises(CodeError):
                    uscc(example["code"])
            else:
                assert uscc(example["code"].lower()) == example["code"]
                legacy = example["expect"] == "legacy-mismatch"
                assert is_legacy_uscc(example["code"]) == legacy


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("", "code_empty", None),
        ("1" * 65, "code_length", None),
        ("9135090058752778P", "code_length", None),
        ("9135O900587527783P", "code_character", 5),
        ("91350900587527783I", "code_character", 18),
        ("91350900587527783Q", "code_check", 18),
    ],
)
def test_a_refused_organisation_says_where(text: str, code: str, position: int | None) -> None:
    with pytest.raises(CodeError) as refused:
        uscc(text)
    assert (refused.value.code, refused.value.position) == (code, position)


@given(divisions, st.integers(0, 31**6 - 1), st.sampled_from(["91", "92", "12"]))
def test_a_built_organisation_passes_and_is_none_that_exists(
    division: str, serial: int, kind: str
) -> None:
    code = make_uscc(division, serial, kind)
    assert uscc(code) == code
    assert code[8:10] == "YY"


@given(divisions, st.integers(0, 31**6 - 1), st.integers(0, 17), st.sampled_from("0123456789ABXY"))
def test_an_organisation_misread_in_one_character_is_refused(
    division: str, serial: int, at: int, read: str
) -> None:
    code = make_uscc(division, serial)
    misread = code[:at] + read + code[at + 1 :]
    if misread != code:
        with pytest.raises(CodeError):
            uscc(misread)
