import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.codes import normalise


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("04qcb768-36300jbc 40000903", "04QCB76836300JBC40000903"),
        ("04QCB76836300JBC40000903\r\n", "04QCB76836300JBC40000903"),
        ("Ｅ\uff22２６\u2014３３", "EB2633"),
        ("a\u00adb\u2212c\u2011d\u3000e", "ABCDE"),
    ],
)
def test_blanks_dashes_widths_and_cases_do_not_matter(typed: str, meant: str) -> None:
    assert normalise(typed) == meant


def test_a_letter_is_never_taken_for_a_digit() -> None:
    assert normalise("O0Il1") == "O0IL1"


def test_a_separator_between_fields_stays() -> None:
    assert normalise("8004\x1d21") == "8004\x1d21"


@given(st.text())
def test_normalising_twice_changes_nothing_more(text: str) -> None:
    once = normalise(text)
    assert normalise(once) == once


@given(st.text(st.characters(max_codepoint=127)))
def test_the_short_way_for_ascii_agrees_with_the_long_way(text: str) -> None:
    assert normalise(text) == normalise(text + "\u3000")
