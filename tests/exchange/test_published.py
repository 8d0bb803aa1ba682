"""Is every parameter known by its name that GS1 publishes for queries?"""

import json
from typing import Any

import pytest

from custody.api.epcis.pages import TURNING
from custody.exchange import asked
from custody.exchange.parameters import NAMES
from tests.shared import shared

VALUES = {
    "eventType": "ObjectEvent",
    "orderBy": "eventTime",
    "orderDirection": "ASC",
    "EQ_action": "ADD",
}
PREFIXES = {"x": "https://example.com/"}


def of_the_interface() -> set[str]:
    """Read which parameters the published document of the interface has for events."""
    document = json.loads(shared("epcis/openapi/gs1-openapi.json").read_bytes())
    named = document["components"]["parameters"]
    parameters = [
        named[one["$ref"].rpartition("/")[2]] if "$ref" in one else one
        for one in document["paths"]["/events"]["get"]["parameters"]
    ]
    return {one["name"] for one in parameters if one["in"] == "query"} - {*TURNING}


def of_the_schema() -> set[str]:
    """Read which parameters the published schema of queries has, but for those of a family."""
    found: set[str] = set()

    def look(said: Any) -> None:
        inner = said.values() if isinstance(said, dict) else said if isinstance(said, list) else ()
        if isinstance(said, dict) and isinstance(said.get("properties"), dict):
            found.update(said["properties"])
        for one in inner:
            look(one)

    look(json.loads(shared("epcis/schema/query-schema.json").read_bytes()))
    return found - {"@context"}


def value(name: str) -> str:
    """Think up a value that a parameter could have."""
    if name.endswith("Time") or name in ("GE_time", "LT_time"):
        return "2026-03-01T00:00:00Z"
    if name.startswith("EXISTS_") or name == "EQ_booleanValue":
        return "true"
    if "quantity" in name or "percRank" in name or name.endswith(("Count", "Limit")):
        return "5"
    return VALUES.get(name, "urn:a:b")


def test_every_parameter_that_is_published_has_a_meaning() -> None:
    published = of_the_interface() | of_the_schema()
    assert len(published) > 60
    assert {"EQ_bizStep", "LE_percRank", "EXISTS_sensorElementList"} <= published
    for name in sorted(published):
        asked.read({name: [value(name)]})  # refuses by its name what it does not know


def test_every_parameter_of_ours_is_published_or_of_the_text_of_the_standard() -> None:
    published = of_the_interface() | of_the_schema()
    assert {*NAMES} - published <= {"GE_errorDeclarationTime", "LT_errorDeclarationTime"}


@pytest.mark.parametrize("where", ["", "ILMD_", "ERROR_DECLARATION_", "SENSORELEMENT_",
                                   "SENSORMETADATA_", "SENSORREPORT_", "readPoint_",
                                   "bizLocation_"])  # fmt: skip
@pytest.mark.parametrize("inner", ["", "INNER_"])
def test_every_family_of_fields_that_is_published_has_a_meaning(inner: str, where: str) -> None:
    for operator in ("EQ", "GT", "GE", "LT", "LE"):
        asked.read({f"{operator}_{inner}{where}x:a": ["5"]}, PREFIXES)
    asked.read({f"EXISTS_{inner}{where}x:a": ["true"]}, PREFIXES)
