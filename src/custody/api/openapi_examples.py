"""What do requests and answers look like, for example? A story that a real service has told.

Its requests and answers lie in `examples/`, a file a chapter, as they were sent and received; a
test has it told again, and compares. They are read when a document is written, and not before.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final

from custody.api import bodies

PLACE: Final = Path(__file__).with_name("examples")
ALIKE: Final = (bodies.JSON, "application/ld+json")
"""Types by which the same body may be sent."""


def told() -> Iterator[dict[str, Any]]:
    """Yield what was asked and answered, chapter by chapter."""
    for chapter in sorted(PLACE.glob("*.json")):
        yield from json.loads(chapter.read_text(encoding="utf-8"))


def show_examples(document: dict[str, Any]) -> None:
    """Write the examples into a document: of bodies by name, and of what was answered to them."""
    operations = {
        one["operationId"]: one for path in document["paths"].values() for one in path.values()
    }
    for example in told():
        operation = operations[example["operation"]]
        if "body" in example:
            content = operation["requestBody"]["content"]
            types = {*ALIKE} if example["sent"] in ALIKE else {example["sent"]}
            for type_ in types & content.keys():
                _show(content[type_], example, "body")
        if "answer" in example:
            content = operation["responses"][str(example["status"])]["content"]
            _show(content[example["type"]], example, "answer")


def _show(content: dict[str, Any], example: dict[str, Any], part: str) -> None:
    shown = {"summary": example["asked"], "value": example[part]}
    content.setdefault("examples", {})[example["name"]] = shown
