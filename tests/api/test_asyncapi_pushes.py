"""Is what the AsyncAPI document says of pushes what a receiver is sent?"""

from typing import Any

import pytest
from jsonschema import Draft202012Validator  # type: ignore[import-untyped]

from tests.api import described
from tests.api.conftest import Service
from tests.api.test_subscriptions import bare, post, receiver, service, subscribed
from tests.pushing.receiver import Receiver

__all__ = ["bare", "receiver", "service"]
DOCUMENT = described.of_messages()


def validator(schema: Any) -> Draft202012Validator:
    return Draft202012Validator({**schema, "components": DOCUMENT["components"]})


@pytest.mark.parametrize(("envelope", "name"), [("item", "delivery"), ("cloudevent", "batch")])
def test_a_delivery_is_as_it_is_described(
    service: Service, receiver: Receiver, envelope: str, name: str
) -> None:
    subscribed(service.client("auditor"), receiver, envelope=envelope)
    post(service, 1, 2)
    got = receiver.next()
    message = DOCUMENT["components"]["messages"][name]
    assert got.headers["content-type"] == message["contentType"]
    validator(message["payload"]).validate(got.said)
    validator(message["headers"]).validate(got.headers)


def test_a_channel_that_its_listener_names_has_no_address_and_no_server() -> None:
    pushes = DOCUMENT["channels"]["pushes"]
    assert pushes["address"] is None
    assert "servers" not in pushes
    assert {*pushes["messages"]} == {"delivery", "batch", "events"}
