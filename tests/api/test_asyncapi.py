"""Is what the AsyncAPI document says of the stream what somebody hears who follows it?"""

import json
from collections.abc import Iterator
from typing import Any

import httpx
from httpx_sse import connect_sse
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from custody.api.document import asyncapi
from tests.api import described
from tests.api.conftest import Service
from tests.api.engines import on_sqlite
from tests.api.movements import dispatch, drop_off

DOCUMENT = described.of_messages()
REQUIRED = {  # what AsyncAPI 3.0.0 demands of each kind of object, beside the references
    "": {"asyncapi", "info"},
    "info": {"title", "version"},
    "servers": {"host", "protocol"},
    "operations": {"action", "channel"},
}
KNOWN = {  # and all that it knows of them
    "": {
        "asyncapi", "id", "info", "servers", "defaultContentType", "channels", "operations",
        "components",
    },
    "servers": {
        "host", "protocol", "protocolVersion", "pathname", "description", "title", "summary",
        "variables", "security", "tags", "externalDocs", "bindings",
    },
    "channels": {
        "address", "messages", "title", "summary", "description", "servers", "parameters", "tags",
        "externalDocs", "bindings",
    },
    "operations": {
        "action", "channel", "title", "summary", "description", "security", "tags",
        "externalDocs", "bindings", "traits", "messages", "reply",
    },
    "messages": {
        "headers", "payload", "correlationId", "contentType", "name", "title", "summary",
        "description", "tags", "externalDocs", "bindings", "examples", "traits",
    },
}  # fmt: skip


def references(value: Any) -> Iterator[str]:
    """Yield whatever a document refers to."""
    if isinstance(value, dict):
        if "$ref" in value:
            yield value["$ref"]
        value = [*value.values()]
    if isinstance(value, list):
        for one in value:
            yield from references(one)


def at(pointer: str) -> Any:
    """Return what a reference leads to, or fail."""
    found: Any = DOCUMENT
    for step in pointer.removeprefix("#/").split("/"):
        found = found[step]
    return found


def test_every_reference_leads_somewhere() -> None:
    found = {*references(DOCUMENT)}
    assert len(found) > 8
    for one in found:
        assert one.startswith("#/")
        assert at(one)


def test_it_has_the_form_of_asyncapi_3() -> None:
    assert DOCUMENT["asyncapi"] == "3.0.0"
    objects = [("", DOCUMENT), ("info", DOCUMENT["info"])]
    for kind in ("servers", "channels", "operations"):
        objects += [(kind, one) for one in DOCUMENT[kind].values()]
    objects += [("messages", one) for one in DOCUMENT["components"]["messages"].values()]
    for kind, one in objects:
        said = {name for name in one if not name.startswith("x-")}
        assert REQUIRED.get(kind, set()) <= said
        assert said <= KNOWN.get(kind, said)
    for schema in DOCUMENT["components"]["schemas"].values():
        Draft202012Validator.check_schema(schema)


def test_operations_name_messages_of_their_own_channel() -> None:
    for operation in DOCUMENT["operations"].values():
        assert operation["action"] == "send"
        channel = operation["channel"]["$ref"]
        own = {f"{channel}/messages/{name}" for name in at(channel)["messages"]}
        assert {one["$ref"] for one in operation["messages"]} == own


def test_it_says_of_a_fact_and_of_asking_what_the_openapi_document_says() -> None:
    openapi = described.document()
    schemas = DOCUMENT["components"]["schemas"]
    for name in ("Fact", "CloudEvent"):
        assert schemas[name] == openapi["components"]["schemas"][name]
    asked = openapi["paths"]["/v1/facts/stream"]["get"]["parameters"]
    operation = DOCUMENT["operations"]["follow_facts"]
    query = operation["bindings"]["http"]["query"]["properties"]
    assert query.keys() | operation["x-headers"].keys() == {one["name"] for one in asked}


def payload(message: str) -> Draft202012Validator:
    schema = at(f"#/components/messages/{message}")["payload"]
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


def heard(client: httpx.Client, **params: Any) -> Iterator[tuple[str, Any]]:
    """Yield the name and the payload of each message of a stream that ends."""
    with connect_sse(client, "GET", "/v1/facts/stream", params=params) as source:
        for event in source.iter_sse():
            if event.id:
                yield event.event, json.loads(event.data)


@on_sqlite
def test_every_message_of_a_stream_keeps_its_schema(
    service: Service, terminal: httpx.Client, auditor: httpx.Client
) -> None:
    said = [drop_off(1), drop_off(2), dispatch(3, [1])]
    head = terminal.post("/v1/movements", json=said).json()["position"]
    for envelope, message in (("item", "fact"), ("cloudevent", "cloudevent")):
        *facts, (name, last) = heard(auditor, envelope=envelope, until=head)
        assert name == "position"
        payload("position").validate(last)
        assert len(facts) == head
        for name, fact in facts:
            payload(message).validate(fact)
            assert fact["type"].removeprefix("custody.") == name
        other = {"fact": "cloudevent", "cloudevent": "fact"}[message]
        assert not any(payload(other).is_valid(fact) for _, fact in facts)
        page = auditor.get("/v1/facts", params={"envelope": envelope}).json()
        assert page["items"] == [fact for _, fact in facts]
    assert auditor.get("/asyncapi.json").json() == asyncapi.document(service.app)
