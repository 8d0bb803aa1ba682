from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.codes import CodeError, gln, gs1_check_digit, gtin, sscc

Validator = Callable[[str], str]


@pytest.mark.parametrize(
    ("validate", "text", "meant"),
    [
        (gln, "0614141073467", "0614141073467"),
        (gtin, "6901234567892", "6901234567892"),
        (gtin, "96385074", "96385074"),
        (gtin, "036000291452", "036000291452"),
        (gtin, "1 06141411 23459 ", "10614141123459"),
        (sscc, "369012345000000012", "369012345000000012"),
    ],
)
def test_published_numbers_pass(validate: Validator, text: str, meant: str) -> None:
    assert validate(text) == meant


@pytest.mark.parametrize(
    ("validate", "text", "code", "position"),
    [
        (gtin, "6901234567890", "code_check", 13),
        (gln, "0614141073468", "code_check", 13),
        (sscc, "369012345000000013", "code_check", 18),
        (gtin, "69O1234567892", "code_character", 3),
        (gln, "96385074", "code_length", None),
        (gtin, "123456789", "code_length", None),
        (sscc, "", "code_empty", None),
        (sscc, "3" * 65, "code_too_long", None),
    ],
)
def test_a_refusal_says_why_and_where(
    validate: Validator, text: str, code: str, position: int | None
) -> None:
    with pytest.raises(CodeError) as refused:
        validate(text)
    assert (refused.value.code, refused.value.position) == (code, position)


def test_a_length_is_asked_for_in_two_languages() -> None:
    with pytest.raises(CodeError) as refused:
        gtin("1")
    assert refused.value.detail.endswith("expected 8, 12, 13 or 14")
    assert refused.value.detail_zh.endswith("应为8、12、13或14位")


@given(st.text("0123456789", min_size=13, max_size=13), st.integers(0, 13), st.integers(1, 9))
def test_no_single_misread_digit_goes_unnoticed(body: str, at: int, more: int) -> None:
    code = body + gs1_check_digit(body)
    assert gtin(code) == code
    with pytest.raises(CodeError):
        gtin(code[:at] + str((int(code[at]) + more) % 10) + code[at + 1 :])
