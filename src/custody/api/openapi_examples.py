"""What do requests and answers look like, for example? A story that a real service has told.

Its requests and answers lie beside this file, as they were sent and received; a test has it told
again, and compares.
"""

import json
from pathlib import Path
from typing import Any, Final

from custody.api import bodies

PLACE: Final = Path(__file__).with_name("examples.json")


def show_examples(document: dict[str, Any]) -> None:
    """Write the examples into a document: of bodies by name, and of what was answered to them."""
    operations = {
        one["operationId"]: one for path in document["paths"].values() for one in path.values()
    }
    for example in json.loads(PLACE.read_text(encoding="utf-8")):
        operation = operations[example["operation"]]
        if "body" in example:
            _show(operation["requestBody"], example["name"], example["body"])
        if "answer" in example:
            answered = operation["responses"][str(example["status"])]
            _show(answered, example["name"], example["answer"])


def _show(said: dict[str, Any], name: str, value: Any) -> None:
    said["content"][bodies.JSON].setdefault("examples", {})[name] = {"value": value}
