"""Does the client know whatever the service says that it answers, by the same names?"""

import inspect
from dataclasses import fields, is_dataclass
from typing import Any

import pytest

from custody.client import answers, answers_of_batteries, reading
from tests.api import described

SCHEMAS = described.document()["components"]["schemas"]
ABSENT = {"Party", "Page"}  # what others are made of


def classes() -> list[Any]:
    """Every class of an answer that the client reads."""
    return [
        one
        for module in (answers, answers_of_batteries)
        for name, one in vars(module).items()
        if inspect.isclass(one) and is_dataclass(one) and one.__module__ == module.__name__
        and name not in ABSENT
    ]  # fmt: skip


def schema_of(kind: Any) -> dict[str, Any]:
    found: dict[str, Any] = SCHEMAS["StockLedger" if kind.__name__ == "Book" else kind.__name__]
    return found


@pytest.mark.parametrize("kind", classes(), ids=lambda kind: kind.__name__)
def test_an_answer_has_the_fields_that_the_document_gives_it(kind: Any) -> None:
    schema = schema_of(kind)
    own = {reading.name_of(one): one for one in fields(kind)}
    assert own.keys() == schema["properties"].keys()
    optional = {name for name, one in own.items() if reading.may_be_absent(one)}
    assert optional == own.keys() - set(schema.get("required", ()))


def test_every_page_of_a_list_is_a_page() -> None:
    own = {one.name for one in fields(answers.Page)}
    pages = [schema for name, schema in SCHEMAS.items() if name.startswith("Page_")]
    assert len(pages) > 5
    for schema in pages:
        assert schema["properties"].keys() == own
        assert schema["required"] == ["items"]
