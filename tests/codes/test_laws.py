import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.codes import (
    SCHEMES,
    CodeError,
    battery_ref,
    city_name,
    consignment,
    consignment_no,
    distance_is_one,
    division,
    ebike_plate,
    fits,
    gln,
    gtin,
    is_legacy_uscc,
    is_listed,
    near_code,
    normalise,
    oddities,
    plate,
    province_name,
    site,
    sscc,
    un_number,
    uscc,
)

Validator = Callable[[str], str]


def division_code(text: str) -> str:
    return division(text, dt.date(2026, 3, 1)).code


VALIDATORS: dict[Validator, str] = {  # each with a text that it takes
    battery_ref: "tag:EB26330106000123N",
    consignment: consignment_no("330106", dt.date(2026, 3, 1), 1),
    division_code: "330106",
    ebike_plate: "杭州A12345",
    gln: "0614141073467",
    gtin: "6901234567892",
    plate: "浙AD12345",
    site: "330106-0007",
    sscc: "369012345000000012",
    un_number: "3480",
    uscc: "91350203M0001QAY9B",
}
each_validator = pytest.mark.parametrize("validate", VALIDATORS, ids=lambda v: v.__name__)


def texts(near: str) -> st.SearchStrategy[str]:
    """Draw any text, and more of those that are nearly right."""
    pieces = st.lists(st.sampled_from(near) | st.characters(), max_size=24).map("".join)
    cut = st.integers(0, len(near)).flatmap(
        lambda at: st.text(max_size=3).map(lambda more: near[:at] + more + near[at + 1 :])
    )
    return st.text() | pieces | cut


def answer(question: Callable[[], object]) -> object:
    """Ask; a refusal is an answer too if it tells people why in both languages."""
    try:
        return question()
    except CodeError as refused:
        told = refused.detail and refused.detail_zh
        return None if told and (refused.position or 1) > 0 else pytest.fail(refused.code)


@each_validator
def test_each_validator_takes_its_example(validate: Validator) -> None:
    assert validate(VALIDATORS[validate]) == VALIDATORS[validate]


@each_validator
@given(data=st.data())
def test_a_validator_never_crashes_and_takes_what_it_gave(
    validate: Validator, data: st.DataObject
) -> None:
    given_back = answer(lambda: validate(data.draw(texts(VALIDATORS[validate]))))
    if isinstance(given_back, str):
        assert validate(given_back) == given_back


@given(st.text() | texts("91350203M0001QAY9B"), st.text())
def test_no_question_crashes_on_any_text(text: str, other: str) -> None:
    assert not is_legacy_uscc(text) or uscc(text) == text
    assert not is_listed(text) or un_number(text) == text
    assert not fits(text, other)
    assert distance_is_one(text, other) == distance_is_one(other, text)
    answer(lambda: city_name(text))
    answer(lambda: province_name(text))


@given(st.sampled_from(SCHEMES), st.text(max_size=20))
def test_neighbours_and_oddities_of_any_text_can_be_asked_for(scheme: str, text: str) -> None:
    assert normalise(text) not in near_code(scheme, text)
    answer(lambda: oddities(f"{scheme}:{text}", dt.date(2026, 3, 1)))


@pytest.mark.parametrize(
    ("validate", "text"),
    [
        (battery_ref, "tag:EB2633O106000123N"),
        (battery_ref, "gbt34014:04QCB76836300JBC4OOOO9O3"),
        (consignment, "C33O106260301000010"),
        (division_code, "33O1O6"),
        (gln, "O614141073467"),
        (gtin, "69O1234567892"),
        (plate, "浙AO2345"),
        (sscc, "3690123450OOOOO012"),
        (un_number, "348O"),
        (uscc, "9135O900587527783P"),
    ],
)
def test_a_letter_o_is_never_repaired_into_a_nought(validate: Validator, text: str) -> None:
    with pytest.raises(CodeError):
        validate(text)
    assert "O" in normalise(text)
