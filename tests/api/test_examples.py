"""Is what the document shows for example what a service says?"""

import json
from typing import Any

from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from custody.api import openapi_examples
from custody.api.bodies import JSON
from tests.api import described
from tests.api.conftest import Service
from tests.api.engines import on_sqlite
from tests.api.examples import told

DOCUMENT = described.document()
EXAMPLES = json.loads(openapi_examples.PLACE.read_text(encoding="utf-8"))


@on_sqlite
def test_a_service_says_what_the_examples_say(bare: Service) -> None:
    assert told(bare) == EXAMPLES, "if it is to say something else, run tests.api.examples"


def test_every_example_is_in_the_document_and_keeps_its_schema() -> None:
    operations = {
        one["operationId"]: one for path in DOCUMENT["paths"].values() for one in path.values()
    }
    for example in EXAMPLES:
        operation = operations[example["operation"]]
        answered = operation["responses"][str(example["status"])]
        if "answer" in example:
            assert_holds(answered["content"][JSON], example["name"], example["answer"])
        if "body" in example:
            body = operation["requestBody"]["content"][JSON]
            assert_holds(body, example["name"], example["body"])


UNSHOWN = {"issue_numbers", "refer_depositor", "put_depositor", "replay_subscription"}
"""Operations whose body nobody is shown an example of."""


def test_whatever_may_be_sent_is_shown() -> None:
    bodies = {
        one["operationId"]: one["requestBody"]["content"][JSON]
        for path in DOCUMENT["paths"].values()
        for one in path.values()
        if JSON in one.get("requestBody", {}).get("content", {})
    }
    assert {id_ for id_, body in bodies.items() if "examples" not in body} == UNSHOWN


def assert_holds(content: dict[str, Any], name: str, value: Any) -> None:
    assert content["examples"][name]["value"] == value
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(value)


def test_every_problem_that_is_shown_keeps_its_schema() -> None:
    schema = {"$ref": "#/components/schemas/Problem", "components": DOCUMENT["components"]}
    for example in DOCUMENT["components"]["examples"].values():
        Draft202012Validator(schema).validate(example["value"])
