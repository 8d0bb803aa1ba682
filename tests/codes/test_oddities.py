import datetime as dt
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.codes import ODDITIES, CodeError, gbt34014, oddities, tag
from tests.codes.shared import golden

ON = dt.date(2026, 3, 1)


@pytest.mark.parametrize(
    ("ref", "odd"),
    [
        ("gbt34014:04QPB76836300JBC40000903", ()),
        ("gbt34014:04QCB76836300JBC40000903", ("product_not_a_pack",)),
        ("gbt34014:X12MCPM27KLPCLX2M2382320", ("made_in_the_future", "product_not_a_pack")),
        ("gbt34014:04QPB76836300JG320000903", ("made_in_the_future",)),  # the day after
        ("gbt34014:04QPB76836300JG310000903", ("made_within_90_days",)),
        ("gbt34014:04QPB76836300JFC20000903", ("made_within_90_days",)),  # 89 days ago
        ("gbt34014:04QPB76836300JFC10000903", ()),
        ("gbt34014:04QPB76836300JIC40000903", ("loose_letter",)),
        ("gbt34014:04QPB76836300JBCU0000903", ("loose_letter",)),
        ("gbt34014:001PB24B3C0221953RP", ("second_life_product",)),
        ("gbt34014:001PB24B3C0221953RM", ("second_life_product", "product_differs")),
        ("tag:EB26330106000123N", ()),
        (f"tag:{tag(2027, '330106', 123)}", ("tag_of_a_later_year",)),
        (f"tag:{tag(2026, '990106', 123)}", ("tag_division_unknown",)),
        ("maker:X", ()),
        ("gb43854:X", ()),
    ],
)
def test_a_lawful_code_may_be_odd(ref: str, odd: tuple[str, ...]) -> None:
    assert oddities(ref, ON) == odd
    assert set(odd) <= set(ODDITIES)


def test_a_code_that_is_none_is_not_odd_but_wrong() -> None:
    with pytest.raises(CodeError):
        oddities("gbt34014:04QCB76836300JBO40000903", ON)


def test_of_the_published_codes_only_the_implausible_one_is_of_the_future() -> None:
    for example in json.loads(golden("traction_battery_codes.json").read_text(encoding="utf-8")):
        if example["expect"] != "invalid":
            odd = oddities(f"gbt34014:{example['input']}", ON)
            assert ("made_in_the_future" in odd) == ("implausible" in example["expect"])
            assert ("product_not_a_pack" in odd) == (example["product"] != "P")
            assert ("second_life_product" in odd) == (example["kind"] == "second_life")


@given(
    st.dates(dt.date(2011, 1, 1), dt.date(2040, 12, 31)),
    st.integers(-3, 200) | st.integers(-20_000, 20_000),
)
def test_only_a_pack_of_less_than_90_days_is_young(made: dt.date, days: int) -> None:
    code = gbt34014("ZX1", "P", "B", "48", "0000000", date=made, serial=1)
    expected = ("made_in_the_future",) if days < 0 else ("made_within_90_days",) * (days < 90)
    assert oddities(f"gbt34014:{code}", made + dt.timedelta(days)) == expected
