import pytest

from custody.api import field_texts
from custody.api.language import choose
from custody.api.refusals import BY_STATUS, KINDS
from custody.terms import FieldError


def test_every_problem_speaks_both_languages() -> None:
    for kind in KINDS.values():
        assert kind.en.isascii()
        assert not kind.zh.isascii()
        assert not kind.detail_zh.isascii()
    assert set(BY_STATUS.values()) <= KINDS.keys()
    for code in [*field_texts.TEXTS, "never_heard_of"]:
        error = FieldError("/x", code, {"pattern": "p"})
        assert not field_texts.text(error, "zh").isascii()
        assert field_texts.text(error, "en").isascii()


@pytest.mark.parametrize(
    ("asked", "given"),
    [
        ("", "en"),
        ("zh", "zh"),
        ("zh-Hans-CN, en;q=0.8", "zh"),
        ("en, zh", "en"),
        ("en;q=0.5, zh;q=0.9", "zh"),
        ("fr, zh;q=0.1", "zh"),
        ("fr", "en"),
        ("*", "en"),
        ("zh;q=0, *", "en"),
        ("zh;q=nonsense", "en"),
        (";;;,,q=,", "en"),
    ],
)
def test_the_language_is_the_one_asked_for_most(asked: str, given: str) -> None:
    assert choose(asked) == given
