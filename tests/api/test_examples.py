"""Is what the document shows for example what a service says, and is everything shown?"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from custody.api.document import examples
from custody.api.ledgers import XLSX
from custody.api.log import TILE
from custody.auditing import custody_verify
from custody.exporting.formats import MEDIA_TYPES
from custody.log import policy_file, proof, tree
from tests.api import described
from tests.api.engines import on_sqlite
from tests.api.examples import told
from tests.api.story import CHAPTERS

DOCUMENT = described.document()
EXAMPLES = [*examples.told()]
OPERATIONS = {
    one["operationId"]: one for path in DOCUMENT["paths"].values() for one in path.values()
}
BINARY = {XLSX, TILE, MEDIA_TYPES["parquet"]}
"""Types of which there is nothing that could be read in a document."""


@on_sqlite
def test_a_service_says_what_the_examples_say(database_url: str) -> None:
    chapters = told(database_url)
    for name in CHAPTERS:
        written = json.loads((examples.PLACE / f"{name}.json").read_text(encoding="utf-8"))
        assert chapters[name] == written, "if it is to say this, run tests.api.examples"
    assert {path.stem for path in examples.PLACE.iterdir()} == CHAPTERS.keys()


def test_every_example_is_in_the_document_and_keeps_its_schema() -> None:
    for example in EXAMPLES:
        operation = OPERATIONS[example["operation"]]
        if "answer" in example:
            answered = operation["responses"][str(example["status"])]
            assert_holds(answered["content"][example["type"]], example, "answer")
        if "body" in example:
            body = operation["requestBody"]["content"][example["sent"]]
            assert_holds(body, example, "body")


def test_whatever_may_be_sent_or_answered_is_shown() -> None:
    for name, said in _bodies_and_answers():
        for type_, content in said.get("content", {}).items():
            shown = "examples" in content
            assert shown == (type_ not in BINARY), f"{name}, as {type_}: let the story ask it"


def _bodies_and_answers() -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield all bodies, and all answers but problems, which are shown elsewhere."""
    for id_, operation in OPERATIONS.items():
        yield f"{id_}: its body", operation.get("requestBody", {})
        for status, answer in operation["responses"].items():
            if status.startswith("2"):
                yield f"{id_}: {status}", answer


def assert_holds(content: dict[str, Any], example: dict[str, Any], part: str) -> None:
    """Ask whether it is shown and keeps the schema; two of one name would hide each other."""
    shown = {"summary": example["asked"], "value": example[part]}
    assert content["examples"][example["name"]] == shown
    schema = {**content["schema"], "components": DOCUMENT["components"]}
    Draft202012Validator(schema).validate(example[part])


def test_the_evidence_that_is_shown_holds_by_the_policy_that_is_shown(tmp_path: Path) -> None:
    bundle, policy = tmp_path / "bundle", tmp_path / "policy"
    bundle.write_text(json.dumps(_answer("show_evidence")), encoding="utf-8")
    policy.write_text(_answer("read_log_policy"), encoding="utf-8")
    assert custody_verify.main([str(bundle), "--policy", str(policy), "--require-heads"]) == 0


def test_the_proof_that_is_shown_holds_of_the_evidence_that_is_shown() -> None:
    rules = policy_file.parse(_answer("read_log_policy").encode())
    shown = proof.parse(_answer("prove_inclusion"))
    fact, *_ = _answer("show_evidence")["facts"]
    assert fact["index"] == shown.index
    proof.check(shown, tree.leaf_hash(fact["entry"].encode()), rules)
    with pytest.raises(tree.BadProof):
        proof.check(shown, tree.leaf_hash(b"another"), rules)


def _answer(operation: str) -> Any:
    shown = [one for one in EXAMPLES if one["operation"] == operation and "answer" in one]
    assert len(shown) == 1
    return shown[0]["answer"]


def test_every_problem_that_is_shown_keeps_its_schema() -> None:
    schema = {"$ref": "#/components/schemas/Problem", "components": DOCUMENT["components"]}
    for example in DOCUMENT["components"]["examples"].values():
        Draft202012Validator(schema).validate(example["value"])
