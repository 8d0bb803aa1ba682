from collections.abc import Iterator
from typing import Any

import pytest

from custody.api import field_texts
from custody.api.app import create_app
from custody.api.document.openapi import document
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


def patterns(said: Any, schemas: dict[str, Any], seen: set[str]) -> Iterator[str]:
    """Yield every pattern that a schema holds what is sent to, wherever it refers to."""
    if isinstance(said, dict):
        if isinstance(said.get("pattern"), str):
            yield said["pattern"]
        name = str(said.get("$ref", "")).rpartition("/")[2]
        if name and name not in seen:
            seen.add(name)
            yield from patterns(schemas[name], schemas, seen)
    for inner in (
        said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
    ):
        yield from patterns(inner, schemas, seen)


def test_nobody_is_told_a_regular_expression_instead_of_what_it_means() -> None:
    told = document(create_app("sqlite:///never-opened.db"))
    sent = [
        operation.get(part)
        for path in told["paths"].values()
        for operation in path.values()
        for part in ("parameters", "requestBody")
    ]
    found = {*patterns(sent, told["components"]["schemas"], set())}
    assert len(found) > 10
    assert found <= field_texts.PATTERNS.keys()
