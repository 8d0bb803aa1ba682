"""What do requests and answers look like, for example? A story that a real service has told.

Its requests and answers lie in `examples/`, a file a chapter, as they were sent and received; a
test has it told again, and compares. They are read when a document is written, and not before.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qsl, unquote, urlsplit

from custody.api import bodies
from custody.api.document.described import header

PLACE: Final = Path(__file__).with_name("stories")
ALIKE: Final = frozenset({bodies.JSON, "application/ld+json"})
"""Types by which the same body may be sent."""

Operation = dict[str, Any]


def told() -> Iterator[dict[str, Any]]:
    """Yield what was asked and answered, chapter by chapter."""
    for chapter in sorted(PLACE.glob("*.json")):
        yield from json.loads(chapter.read_text(encoding="utf-8"))


def show_examples(document: dict[str, Any]) -> None:
    """Write the examples into a document: of parameters, of bodies, and of what was answered."""
    operations = {
        operation["operationId"]: (path, operation)
        for path, methods in document["paths"].items()
        for operation in methods.values()
    }
    for example in told():
        path, operation = operations[example["operation"]]
        _show_parameters(operation, _values(path, example))
        if "body" in example:
            content = operation["requestBody"]["content"]
            types = ALIKE if example["sent"] in ALIKE else {example["sent"]}
            for type_ in types & content.keys():
                _show(content[type_], example, "body")
        if "status" in example:
            _show_answer(operation["responses"][str(example["status"])], example)
    _share([one for _, one in operations.values()])


def _show_answer(answered: dict[str, Any], example: dict[str, Any]) -> None:
    for name, value in example.get("headers", {}).items():
        answered["headers"].setdefault(name, header(name)).setdefault("example", value)
    if "answer" in example:
        _show(answered["content"][example["type"]], example, "answer")


def _show_parameters(operation: Operation, values: dict[str, str]) -> None:
    for parameter in operation.get("parameters", ()):
        name = parameter["name"].lower()
        if name in values:
            parameter.setdefault("example", _typed(parameter, values[name]))


def _share(operations: list[Operation]) -> None:
    """Show of a parameter what is shown of it elsewhere, where it says the same."""
    shown: dict[tuple[str, str], Any] = {}
    for _ in range(2):
        for operation in operations:
            for parameter in operation.get("parameters", ()):
                same = parameter["name"], parameter["description"]
                if "example" in parameter:
                    shown.setdefault(same, parameter["example"])
                elif same in shown:
                    parameter["example"] = shown[same]


def _show(content: dict[str, Any], example: dict[str, Any], part: str) -> None:
    shown = {"summary": example["asked"], "value": example[part]}
    content.setdefault("examples", {})[example["name"]] = shown


def _values(path: str, example: dict[str, Any]) -> dict[str, str]:
    """Return which value each parameter had in what was asked, by its name in small letters."""
    parts = urlsplit(example["asked"].partition(" ")[2])
    named = re.fullmatch(re.sub(r"\{(\w+)\}", r"(?P<\1>.+)", path), parts.path)
    assert named is not None, f"{example['asked']} is asked of {path}"
    of_path = {name: unquote(value) for name, value in named.groupdict().items()}
    found = {**of_path, **dict(parse_qsl(parts.query)), **example.get("with", {})}
    return {name.lower(): value for name, value in found.items()}


def _typed(parameter: dict[str, Any], value: str) -> str | int | bool:
    """Write a value as its schema wants it."""
    schema = parameter["schema"]
    types = {one.get("type") for one in (schema, *schema.get("anyOf", ()))}
    if "integer" in types:
        return int(value)
    return value == "true" if "boolean" in types else value
