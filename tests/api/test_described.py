"""Does the document say of everything what it is, in both languages, and show a value of it?"""

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from custody.api.document import examples, words
from custody.api.document.described import TURNED, UNSAID
from tests.api import described

DOCUMENT = described.document()
OPERATIONS = {
    one["operationId"]: one for path in DOCUMENT["paths"].values() for one in path.values()
}
CHINESE = re.compile("[\u4e00-\u9fff]")


def parameters() -> Iterator[tuple[str, dict[str, Any]]]:
    for id_, operation in OPERATIONS.items():
        for parameter in operation.get("parameters", ()):
            yield id_, parameter


def test_no_parameter_of_an_operation_is_there_twice() -> None:
    named = Counter((id_, one["name"].lower(), one["in"]) for id_, one in parameters())
    assert [name for name, count in named.items() if count > 1] == []


def test_every_parameter_says_what_it_is_in_both_languages() -> None:
    for id_, one in parameters():
        said = one.get("description", "")
        assert CHINESE.search(said), f"{id_}: {one['name']} says {said!r}"
        assert not CHINESE.match(said), f"{id_}: {one['name']} begins in English"


def test_every_parameter_shows_a_value_that_it_takes() -> None:
    for id_, one in parameters():
        if one["name"] in TURNED:
            continue  # a page's own, good for a day, or for the questions that led to it
        assert "example" in one, f"{id_}: {one['name']}"
        schema = {**one["schema"], "components": DOCUMENT["components"]}
        Draft202012Validator(schema).validate(one["example"])


def test_every_answer_schema_and_tag_says_what_it_is() -> None:
    for id_, operation in OPERATIONS.items():
        for status, answer in operation["responses"].items():
            assert answer["description"] not in ("", UNSAID), f"{id_}: {status}"
    for name, schema in DOCUMENT["components"]["schemas"].items():
        assert schema.get("description"), name
    used = {tag for operation in OPERATIONS.values() for tag in operation["tags"]}
    assert {tag["name"] for tag in DOCUMENT["tags"]} == used
    assert all(CHINESE.search(tag["description"]) for tag in DOCUMENT["tags"])


def test_every_header_that_was_answered_is_described_and_shown() -> None:
    for example in examples.told():
        if "status" not in example:
            continue
        told = OPERATIONS[example["operation"]]["responses"][str(example["status"])]["headers"]
        assert "Custody-Position" in told
        for name in example.get("headers", {}):
            assert told[name]["description"], f"{example['operation']}: {name}"
            assert told[name]["example"], f"{example['operation']}: {name}"


def _named(word: str) -> bool:
    operation, _, name = word.rpartition(".")
    return any(one["name"] == name and operation in ("", id_) for id_, one in parameters())


@pytest.mark.parametrize("word", words.PARAMETERS)
def test_no_word_is_kept_for_a_parameter_that_is_not_there(word: str) -> None:
    assert _named(word)


def test_no_word_is_kept_for_a_query_or_an_answer_that_is_not_there() -> None:
    names = [one["name"] for _, one in parameters()]
    assert all(any(name.startswith(word) for name in names) for word in words.EPCIS)
    assert words.ANSWERS.keys() <= OPERATIONS.keys()


@pytest.mark.parametrize("word", words.ANSWERS.values())
def test_what_an_answer_is_stands_in_both_languages(word: str) -> None:
    english, stop, chinese = word.partition(". ")
    assert english.isascii()
    assert stop
    assert CHINESE.search(chinese)
    assert chinese.endswith("。")
