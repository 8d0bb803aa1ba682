"""Does everything in the document say what it is? What its makers left unsaid is said here."""

from collections.abc import Iterator
from typing import Any, Final

from custody.api import answers
from custody.api.document.words import ANSWERS, EPCIS, HEADERS, MODELS, PARAMETERS, TAGS

UNSAID: Final = "Successful Response"
"""What FastAPI says of an answer of which nothing was said."""

TURNED: Final = frozenset({"cursor", "nextPageToken"})
"""Whoever takes one of these answers page by page."""

VALUES: Final = {"at_least": 22, "limit": 100, "perPage": 30}
"""What to show of parameters that many operations take."""

PAGE: Final = "Page_"
LINE: Final = "Line"

Operation = dict[str, Any]


def describe(document: dict[str, Any]) -> None:
    """Write into a document what its parameters, headers, tags, answers and schemas are."""
    document["tags"] = [{"name": name, "description": said} for name, said in TAGS.items()]
    schemas = document["components"]["schemas"]
    describe_schemas(schemas)
    for path in document["paths"].values():
        for operation in path.values():
            operation["summary"] = operation["operationId"].replace("_", " ").capitalize()
            for parameter in operation.get("parameters", ()):
                _describe_parameter(parameter, operation["operationId"])
            for answer in _successes(operation):
                _describe_answer(answer, operation, schemas)


def describe_schemas(schemas: dict[str, Any]) -> None:
    """Write into schemas what they are: what the model says of itself, and that in Chinese."""
    for name, schema in schemas.items():
        said = schema.get("description") or _of_schema(name, schemas)
        chinese = MODELS.get(name.partition("_")[0])
        schema["description"] = said if chinese is None else f"{said} {chinese}"


def header(name: str, example: str | int | None = None) -> dict[str, Any]:
    """Describe a header of an answer."""
    kind = "integer" if name == "Custody-Position" else "string"
    told = {"description": HEADERS[name], "schema": {"type": kind}}
    return told if example is None else {**told, "example": example}


def _successes(operation: Operation) -> Iterator[dict[str, Any]]:
    for status, answer in operation["responses"].items():
        if status.startswith("2"):
            yield answer


def _describe_parameter(parameter: dict[str, Any], operation: str) -> None:
    name = parameter["name"]
    said = PARAMETERS.get(f"{operation}.{name}") or PARAMETERS.get(name) or _of_query(name)
    if said is not None:
        parameter.setdefault("description", said)
    if name in VALUES:
        parameter["example"] = VALUES[name]


def _of_query(name: str) -> str | None:
    prefix, underscore, _ = name.partition("_")
    return EPCIS.get(name) or EPCIS.get(prefix + underscore)


def _describe_answer(answer: dict[str, Any], operation: Operation, schemas: dict[str, Any]) -> None:
    if answer["description"] == UNSAID:
        answer["description"] = _said_of(answer, operation["operationId"], schemas)
    headers = answer.setdefault("headers", {})
    headers.setdefault("Custody-Position", header("Custody-Position", 22))
    if TURNED & {one["name"] for one in operation.get("parameters", ())}:
        headers.setdefault("Link", header("Link"))


def _said_of(answer: dict[str, Any], operation: str, schemas: dict[str, Any]) -> str:
    known = ANSWERS.get(operation) or ANSWERS.get(operation.partition("_")[0])
    if known is not None:
        return known
    content = next(iter(answer["content"].values()))
    model = content["schema"]["$ref"].rpartition("/")[2]
    return str(schemas[model]["description"])


def _of_schema(name: str, schemas: dict[str, Any]) -> str:
    """Say what a schema is that has no words of its own."""
    if name.startswith(PAGE):
        return str(answers.Page.__doc__)
    ledger = schemas.get(f"{name.removesuffix(LINE)}Ledger") if name.endswith(LINE) else None
    if ledger is not None:
        return f"A line of a book: {ledger['description']}"
    assert name == "Movement", f"{name} has no description"
    return "What a terminal tells: `type` says which of these it is. 流转：type 指明其类型。"
