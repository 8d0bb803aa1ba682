import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.codes import check_character
from custody.codes.mod37_36 import ALPHABET, base36, is_checked

bodies = st.text(ALPHABET, max_size=40)


@pytest.mark.parametrize(("body", "check"), [("EB26330106000123", "N"), ("EB26330106000124", "L")])
def test_worked_examples(body: str, check: str) -> None:
    assert check_character(body) == check


@given(bodies)
def test_exactly_one_character_closes_a_body(body: str) -> None:
    assert [c for c in ALPHABET if is_checked(body + c)] == [check_character(body)]


@given(bodies.filter(bool), st.data())
def test_no_single_misread_character_goes_unnoticed(body: str, data: st.DataObject) -> None:
    code = body + check_character(body)
    at = data.draw(st.integers(0, len(code) - 1))
    misread = data.draw(st.sampled_from(ALPHABET.replace(code[at], "")))
    assert not is_checked(code[:at] + misread + code[at + 1 :])


@given(st.integers(0, 36**5 - 1))
def test_a_number_in_base_36_reads_back(number: int) -> None:
    assert len(base36(number, 5)) == 5
    assert int(base36(number, 5), 36) == number
