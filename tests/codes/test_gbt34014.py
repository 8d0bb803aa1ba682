import datetime as dt
import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.codes import CodeError, Gbt34014, gbt34014, normalise, parse_gbt34014
from custody.codes.gbt34014 import is_gbt34014
from custody.codes.mod37_36 import ALPHABET
from tests.codes.shared import golden


def examples() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(golden("traction_battery_codes.json").read_text())
    return found


def test_published_codes_say_what_their_publishers_say() -> None:
    for example in examples():
        if example["expect"] == "invalid":
            continue
        parsed = parse_gbt34014(normalise(example["input"]))
        said = {name: getattr(parsed, name) for name in Gbt34014.__slots__ if name in example}
        said["date"] = str(parsed.date)
        assert said == {name: example[name] for name in said}
        assert parsed.warnings == ()


def test_published_mistakes_are_refused() -> None:
    for example in examples():
        if example["expect"] == "invalid":
            with pytest.raises(CodeError):
                parse_gbt34014(normalise(example["input"]))


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("JBC4000090304QCB76836300", "code_character", 4),  # halves swapped: labels have two lines
        ("04QCB76836300JBO40000903", "code_character", 16),  # the letter O for a nought
        ("04QCH76836300JBC40000903", "code_character", 5),
        ("04QCB76836300JBC4000O903", "code_character", 21),
        ("04QCB76836300JB2X0000903", "code_date", 15),  # 29 February 2021
        ("04QCB76836300JA2Y0000903", "code_date", 15),  # 30 February 2020
        ("04QCB76836300JB400000903", "code_date", 15),  # 31 April
        ("001PB24B2X0221953RP", "code_date", 8),
        ("001PB24B3C0221953XP", "code_character", 18),
        ("04QCB76836300JBC4000090", "code_length", None),
    ],
)
def test_a_refusal_says_where(text: str, code: str, position: int | None) -> None:
    with pytest.raises(CodeError) as refused:
        parse_gbt34014(text)
    assert (refused.value.code, refused.value.position) == (code, position)
    assert refused.value.detail
    assert refused.value.detail_zh


@pytest.mark.parametrize(
    ("text", "warning"),
    [
        ("04QCB76836300JIC40000903", "year_letter"),
        ("04QCB76836300JU2X0000903", "year_letter"),
        ("04QCB76836300JBCI0000903", "day_letter"),
        ("001PB24B3C0221953RM", "product_differs"),
    ],
)
def test_what_published_patterns_let_through_is_only_warned_of(text: str, warning: str) -> None:
    parsed = parse_gbt34014(text)
    assert parsed.warnings == (warning,)
    assert (parsed.date is None) == warning.endswith("_letter")


def alnum(length: int) -> st.SearchStrategy[str]:
    return st.text(ALPHABET, min_size=length, max_size=length)


designs = st.tuples(
    alnum(3), st.sampled_from("PMC"), st.sampled_from("ABCDEFGZ"), alnum(2), st.just("") | alnum(7)
)


@given(designs, st.dates(dt.date(2011, 1, 1), dt.date(2040, 12, 31)), st.integers(0, 9_999_999))
def test_a_built_code_reads_back(
    design: tuple[str, str, str, str, str], date: dt.date, serial: int
) -> None:
    built = gbt34014(*design, date=date, serial=serial)
    parsed = parse_gbt34014(built)
    assert len(built) == (24 if design[4] else 19)
    assert parsed.kind == ("original" if design[4] else "second_life")
    assert (*design, date) == (
        *(parsed.maker, parsed.product, parsed.chemistry_code, parsed.spec, parsed.trace),
        parsed.date,
    )
    assert (parsed.serial, parsed.warnings) == (f"{serial:07}", ())


def test_every_day_of_thirty_years_has_its_letters_and_no_other_day_has() -> None:
    letters = "123456789ABCDEFGHJKLMNPRSTVWXY0"
    every = (y + m + d for y in letters[:30] for m in letters[:12] for d in letters)
    codes = (f"04QCB76836300J{made}0000903" for made in every)
    accepted = [parse_gbt34014(code).date for code in codes if is_gbt34014(code)]
    first = dt.date(2011, 1, 1)
    days = (dt.date(2041, 1, 1) - first).days
    assert set(accepted) == {first + dt.timedelta(day) for day in range(days)}
    assert len(accepted) == days
