import pytest

from custody.codes import CodeError
from custody.vault.person import telephone


@pytest.mark.parametrize(
    ("written", "one"),
    [
        ("13800138000", "+8613800138000"),
        ("138 0013 8000", "+8613800138000"),
        ("138-0013-8000", "+8613800138000"),
        ("１３８００１３８０００", "+8613800138000"),
        ("+86 138 0013 8000", "+8613800138000"),
        ("008613800138000", "+8613800138000"),
        ("0571-8888 8888", "+8657188888888"),
        ("(0571) 88888888", "+8657188888888"),
        ("+86 (0)571 8888 8888", "+8657188888888"),
        ("+86 571 88888888", "+8657188888888"),
        ("010.6666.6666", "+861066666666"),
        ("+1 (212) 555-0100", "+12125550100"),
    ],
)
def test_a_number_has_one_form_however_it_is_written(written: str, one: str) -> None:
    assert telephone(written) == one
    assert telephone(one) == one


@pytest.mark.parametrize(
    "written",
    ["", "88888888", "12345678901", "1380013800", "138001380001", "+", "00", "+86", "call me",
     "+0123456789", "+1234567890123456", "13800138000x", "0571", "١٣٨٠٠١٣٨٠٠٠"],
)  # fmt: skip
def test_what_is_no_number_with_its_area_code_is_refused(written: str) -> None:
    with pytest.raises(CodeError):
        telephone(written)
