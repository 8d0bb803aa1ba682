"""How does a platform subscribe to what it has named, and what is it told?"""

from collections.abc import Iterator
from contextlib import contextmanager
from ipaddress import ip_network
from typing import Any

import httpx
import pytest

from custody.api.serving import Serving
from custody.pushing import delivering, events
from tests.api.conftest import Service, served
from tests.pushing.receiver import Got, Receiver

PUSHING = Serving(push_networks=(ip_network("127.0.0.0/8"),))
TOKEN = "13df38d8275b13f05704629e5f1cf3d45d6132d5"
QUERY = {"EQ_bizStep": ["collecting"]}


@contextmanager
def pushing_at_once(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """Serve, and deliver to receivers of this machine without rest."""
    monkeypatch.setattr(delivering, "LOOK_S", 0.02)
    monkeypatch.setattr(events, "LOOK_S", 0.01)
    with served(database_url, PUSHING) as one:
        yield one


def named(client: httpx.Client, name: str = "collected") -> None:
    answer = client.post("/epcis/queries", json={"name": name, "query": QUERY})
    assert answer.status_code == 201, answer.text


def subscribed(client: httpx.Client, receiver: Receiver, **controls: Any) -> str:
    """Subscribe to the named query; return where the subscription is found."""
    said = {"dest": receiver.url, "stream": True, **controls}
    answer = client.post("/epcis/queries/collected/subscriptions", json=said)
    assert answer.status_code == 201, answer.text
    assert answer.json() == client.get(answer.headers["location"]).json()
    return str(answer.headers["location"])


def told(got: Got) -> list[dict[str, Any]]:
    told: list[dict[str, Any]] = got.said["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return told


def ids(got: Got) -> list[str]:
    return [one["eventID"] for one in told(got)]
