"""What does whoever follows the facts hear? The AsyncAPI document says it.

Its schemas are made from the models that the OpenAPI document's are made from, and the stream's
parameters are those of its operation there: neither can say what the other does not. Another way of
being told is one more entry of CHANNELS.
"""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from fastapi import FastAPI
from pydantic import BaseModel
from pydantic.json_schema import models_json_schema
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from custody.api import answers, feed_answers, stream
from custody.api.document import keeping, openapi
from custody.api.document.described import describe_schemas
from custody.api.document.own_words import describe_told
from custody.api.epcis.answers import QueryDocument
from custody.feed.told import SOURCE

REF: Final = "#/components/schemas/{model}"

DESCRIPTION: Final = """\
Every fact of the ledger as it is recorded, in one order, each with its position. Whoever comes back
with the last position it has heard of misses none and hears none twice.
账本中的每条事实，按同一顺序在入账时给出，各有唯一位置号；凭最后收到的位置号重连，既不遗漏也不重复。

`/openapi.json` describes the same facts page by page, and everything else.
"""


class Message(NamedTuple):
    """One kind of message."""

    name: str
    payload: type[BaseModel]
    content_type: str
    summary: str
    headers: tuple[str, ...] = ()


class Channel(NamedTuple):
    """One way of being told: where, by which operation, and which messages.

    `address` is None where whoever listens names it; `path` is that of the OpenAPI document whose
    parameters choose what is told, where it is asked for over HTTP.
    """

    name: str
    address: str | None
    operation: str
    summary: str
    messages: tuple[Message, ...]
    path: str | None = None


FACT: Final = Message(
    "fact", answers.Fact, "application/json", "A fact, as `envelope=item`. 一条事实。"
)
CLOUD_EVENT: Final = Message(
    "cloudevent",
    feed_answers.CloudEvent,
    "application/cloudevents+json",
    "The same as CloudEvents 1.0, as `envelope=cloudevent`. 同一事实的 CloudEvents 1.0 格式。",
)
REACHED: Final = Message(
    "position",
    feed_answers.Reached,
    "application/json",
    "How far the stream has come: remember it too. 已读到的位置，同样应当保存。",
)

SIGNED: Final = ("webhook-id", "webhook-timestamp", "webhook-signature", "custody-subscription")
"""Headers of a delivery, by Standard Webhooks; the id is the same at each attempt."""

DELIVERY: Final = Message(
    "delivery",
    feed_answers.Delivery,
    "application/json",
    "Facts that were pushed, as `envelope=item`. 推送的事实。",
    SIGNED,
)
BATCH: Final = Message(
    "batch",
    feed_answers.CloudEventBatch,
    "application/cloudevents-batch+json",
    "The same as a batch of CloudEvents, as `envelope=cloudevent`. 推送的 CloudEvents 批。",
    SIGNED,
)
EVENTS: Final = Message(
    "events",
    QueryDocument,
    "application/json",
    "Events of a named query of EPCIS that was subscribed to; signed, also by `gs1-signature`, "
    "if the subscription has a token. 所订阅的 EPCIS 查询的事件。",
    ("webhook-id", "webhook-timestamp", "custody-subscription"),
)

CHANNELS: Final = (
    Channel(
        "stream",
        f"{SOURCE}/stream",
        "follow_facts",
        "Server-sent events: `id` is the position, `event` the fact's type, or `position`. "
        "服务器推送事件：id 为位置号，event 为事实类型或 position。",
        (FACT, CLOUD_EVENT, REACHED),
        path=f"{SOURCE}/stream",
    ),
    Channel(
        "pushes",
        None,
        "push_facts",
        "POST to the address of a subscription (`/v1/subscriptions`, or one to a query of EPCIS), "
        "in order, again until it is answered 2xx. 按序 POST 至订阅的地址，答 2xx 后才继续。",
        (DELIVERY, BATCH, EVENTS),
    ),
)


def routes(app: FastAPI) -> list[Route]:
    """Return the route of the document itself, for keys of any role."""
    served = keeping.written_once(lambda: document(app))

    async def asyncapi_json(request: Request) -> Response:
        await openapi.with_a_key(request)
        return served(request)

    return [Route("/asyncapi.json", asyncapi_json)]


def document(app: FastAPI) -> dict[str, Any]:
    """Write the document."""
    described = openapi.document(app)
    messages = {message.name: message for channel in CHANNELS for message in channel.messages}
    return {
        "asyncapi": "3.0.0",
        "info": {
            "title": described["info"]["title"],
            "version": described["info"]["version"],
            "description": DESCRIPTION,
        },
        "defaultContentType": "application/json",
        "servers": {
            "service": {
                "host": "{host}",
                "protocol": "https",
                "variables": {"host": {"default": "127.0.0.1:8000"}},
                "security": [{"$ref": "#/components/securitySchemes/key"}],
            }
        },
        "channels": {one.name: _channel(one) for one in CHANNELS},
        "operations": {one.operation: _operation(one, described) for one in CHANNELS},
        "components": {
            "messages": {name: _message(one) for name, one in messages.items()},
            "schemas": _schemas(messages),
            "securitySchemes": {"key": described["components"]["securitySchemes"]["key"]},
        },
    }


def _channel(channel: Channel) -> dict[str, Any]:
    return {
        "address": channel.address,
        "summary": channel.summary,
        **({} if channel.address is None else {"servers": [{"$ref": "#/servers/service"}]}),
        "messages": {
            one.name: {"$ref": f"#/components/messages/{one.name}"} for one in channel.messages
        },
    }


def _operation(channel: Channel, described: Mapping[str, Any]) -> dict[str, Any]:
    """Say what the service does on a channel, and how it is asked to."""
    asked = {} if channel.path is None else _asked(described["paths"][channel.path]["get"])
    return {
        "action": "send",
        "channel": {"$ref": f"#/channels/{channel.name}"},
        "summary": channel.summary,
        "messages": [
            {"$ref": f"#/channels/{channel.name}/messages/{one.name}"} for one in channel.messages
        ],
        **asked,
    }


def _asked(asked: Mapping[str, Any]) -> dict[str, Any]:
    """Say with which parameters a stream is asked for."""
    parameters = {one["name"]: _described(one) for one in asked["parameters"]}
    headers = {one["name"] for one in asked["parameters"] if one["in"] == "header"}
    query = {name: schema for name, schema in parameters.items() if name not in headers}
    http = {
        "method": "GET",
        "query": {"type": "object", "properties": query, "additionalProperties": False},
        "bindingVersion": "0.3.0",
    }
    return {
        "description": asked["description"],
        "bindings": {"http": http},
        "x-content-type": stream.MEDIA_TYPE,
        "x-headers": {name: parameters[name] for name in sorted(headers)},
    }


def _described(parameter: Mapping[str, Any]) -> dict[str, Any]:
    said = {"description": parameter["description"]} if "description" in parameter else {}
    return {**parameter["schema"], **said}


def _message(message: Message) -> dict[str, Any]:
    return {
        "name": message.name,
        "title": message.payload.__name__,
        "summary": message.summary,
        "contentType": message.content_type,
        **({"headers": _headers(message)} if message.headers else {}),
        "payload": {"$ref": REF.format(model=message.payload.__name__)},
    }


def _headers(message: Message) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": {name: {"type": "string"} for name in message.headers},
        "required": [*message.headers],
    }


def _schemas(messages: Mapping[str, Message]) -> dict[str, Any]:
    models = [(one.payload, "serialization") for one in messages.values()]
    _, written = models_json_schema(models, ref_template=REF)  # type: ignore[arg-type]
    schemas: dict[str, Any] = written["$defs"]
    describe_told(schemas)
    describe_schemas(schemas)
    return schemas
