"""Is a file a manifest, or one of the other documents that lie beside manifests?"""

from json import loads
from typing import Any, Literal

from custody.terms import Refused

FILE_BYTES_MAX = 4 * 1024 * 1024

Kind = Literal["manifest", "answer", "signing", "schema", "other"]

MANIFEST_FIELDS = frozenset(
    {"generator", "transporters", "designatedFacility", "wastes", "submissionType"}
)
MANIFEST_FIELDS_MIN = 2
"""So many of them make a manifest, however badly it is filled in; no other document has one."""


def text_of(data: bytes) -> str:
    """Return the text of sound JSON. Refused is what two readers could read differently."""
    if len(data) > FILE_BYTES_MAX:
        raise Refused("file_too_large", bytes=FILE_BYTES_MAX)
    try:
        text = data.decode("utf-8-sig")
        _value(text)
    except (ValueError, RecursionError) as error:
        raise Refused("invalid_json") from error
    return text


def kind_of(text: str) -> Kind:
    """Tell what a sound JSON text is, by the names of its fields."""
    value = _value(text)
    if not isinstance(value, dict):
        return "other"
    if len(value.keys() & MANIFEST_FIELDS) >= MANIFEST_FIELDS_MIN:
        return "manifest"
    if "$schema" in value:
        return "schema"
    if "operationStatus" in value:
        return "answer"
    return "signing" if "printedSignatureName" in value else "other"


def _value(text: str) -> Any:
    return loads(text, object_pairs_hook=_each_once, parse_constant=_no_json)


def _each_once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    said = dict(pairs)
    if len(said) < len(pairs):
        raise Refused("name_twice")
    return said


def _no_json(constant: str) -> None:
    raise ValueError(constant)
