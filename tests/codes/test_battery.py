import pickle

import pytest
from hypothesis import given
from hypothesis import strategies as st

from custody.codes import CODE_MAX, SCHEMES, CodeError, battery_ref, tag
from custody.codes.battery import is_code
from custody.codes.mod37_36 import ALPHABET

tags = st.builds(
    tag, st.integers(2000, 2099), st.from_regex("[0-9]{6}", fullmatch=True), st.integers(0, 999_999)
)


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gbt34014:04qcb768 36300jbc-40000903", "gbt34014:04QCB76836300JBC40000903"),
        ("tag:eb26 330106 000123 n", "tag:EB26330106000123N"),
        ("gb43854:ab/12.3", "gb43854:AB/12.3"),
        ("giai:8004:x1", "giai:8004:X1"),
        ("sgtin:0614141.107346.2017", "sgtin:0614141.107346.2017"),
        ("maker:星恒12 34", "maker:星恒1234"),
    ],
)
def test_a_reference_is_written_in_one_way(typed: str, meant: str) -> None:
    assert battery_ref(typed) == meant
    assert battery_ref(meant) == meant


@pytest.mark.parametrize(
    ("text", "code", "position"),
    [
        ("04QCB76836300JBC40000903", "scheme_unknown", None),
        ("GBT34014:04QCB76836300JBC40000903", "scheme_unknown", None),
        ("vin:1", "scheme_unknown", None),
        ("maker:", "code_empty", None),
        ("tag: -", "code_empty", None),
        ("maker:" + "A" * (CODE_MAX + 1), "code_too_long", None),
        ("maker:" + "\ufdfa" * 5, "code_too_long", None),
        ("maker:" + " " * 1000, "code_too_long", None),
        ("maker:A\nB\x1d", "code_character", 3),
        ("maker:A\u200bB", "code_character", 2),
        ("giai:A\u00e9", "code_character", 2),
        ("tag:EB26330106000124N", "code_check", 17),
        ("tag:EB2633010600012N", "code_length", None),
        ("tag:EC26330106000123N", "code_character", 2),
        ("tag:EB26330106O00123N", "code_character", 11),
        ("tag:EB26330106000123?", "code_character", 17),
        ("gbt34014:04QCB76836300JBO40000903", "code_character", 16),
    ],
)
def test_a_refusal_says_why_and_where(text: str, code: str, position: int | None) -> None:
    with pytest.raises(CodeError) as refused:
        battery_ref(text)
    assert (refused.value.code, refused.value.position) == (code, position)
    assert str(refused.value) == refused.value.detail
    again = pickle.loads(pickle.dumps(refused.value))
    assert (again.code, again.position) == (code, position)


@given(tags)
def test_a_built_tag_is_a_battery(text: str) -> None:
    assert battery_ref(f"tag:{text}") == f"tag:{text}"


@given(tags, st.integers(0, 16), st.sampled_from("0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"))
def test_a_tag_misread_in_one_character_is_refused(text: str, at: int, read: str) -> None:
    misread = text[:at] + read + text[at + 1 :]
    if misread == text:
        return
    with pytest.raises(CodeError):
        battery_ref(f"tag:{misread}")


def test_none_of_the_595_misreadings_of_a_published_tag_is_a_tag() -> None:
    text = "EB26330106000123N"
    read = [text[:at] + c + text[at + 1 :] for at in range(17) for c in ALPHABET if c != text[at]]
    assert len(read) == 595
    assert not any(is_code("tag", misread) for misread in read)


@given(st.sampled_from(SCHEMES), st.text())
def test_whatever_is_accepted_stays_as_it_is_and_fits_a_line(scheme: str, code: str) -> None:
    try:
        ref = battery_ref(f"{scheme}:{code}")
    except CodeError:
        return
    assert battery_ref(ref) == ref
    assert ref.isprintable()
    assert len(ref) <= len(scheme) + 1 + CODE_MAX
