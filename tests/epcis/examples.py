"""Which documents has GS1 published, and which were written of batteries by hand?"""

import json
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, FormatChecker  # type: ignore[import-untyped]

from custody.epcis import documents
from custody.epcis.documents import Document
from tests.shared import shared

OF_GS1 = 20
OF_BATTERIES = 21  # twenty, and one with all their events
WITHOUT_AN_ID = "SensorDataExample12.jsonld"
"""It declares an event of GS1's false without saying which: read by no reader that asks."""


def folder(name: str) -> list[Path]:
    """Every document of a folder of examples, in order."""
    return sorted(shared(f"epcis/examples/{name}").rglob("*.jsonld"))


def everything() -> list[Path]:
    """Every example and every document of the hash vectors."""
    vectors = sorted(shared("epcis/hash-vectors").glob("*.jsonld"))
    return [*folder("gs1"), *folder("battery-mapping"), *vectors]


def answers(path: Path) -> bool:
    """Tell a query document, which another repository answers with."""
    return bool(json.loads(path.read_bytes())["type"] == "EPCISQueryDocument")


def read(path: Path) -> Document:
    """Read a document, whichever of the two it is."""
    body = path.read_bytes()
    return documents.read_answer(body) if answers(path) else documents.read(body)


@cache
def schema() -> Draft7Validator:
    """The published schema 2.0.1, with its formats."""
    text = shared("epcis/schema/epcis-json-schema.json").read_bytes()
    return Draft7Validator(json.loads(text), format_checker=FormatChecker())


def told_by_schema(document: Any) -> list[str]:
    """Say what the schema has against a document."""
    return [error.message for error in schema().iter_errors(document)]


def whole() -> Iterator[tuple[str, dict[str, Any]]]:
    """Every document that capture takes, as JSON, by its name."""
    for path in everything():
        if not answers(path) and path.name != WITHOUT_AN_ID:
            yield path.name, json.loads(path.read_bytes())
