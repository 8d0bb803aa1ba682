"""What do partners tell in these tests, and how do they ask?"""

from typing import Any

import httpx

from custody.exchange.following import Exchange
from tests.api.conftest import Service
from tests.waiting import LONG_S

CONTEXT = [
    "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
    {"ex": "https://example.com/battery/"},
]
JSON = {"Content-Type": "application/json"}

Event = dict[str, Any]


def epc(number: int) -> str:
    return f"https://id.gs1.org/8004/9521234EBB{number:07}"


def event_id(number: int) -> str:
    return f"urn:uuid:00000000-0000-4000-8000-{number:012}"


def event(number: int, **said: Any) -> Event:
    """A battery of the same number is collected, at that minute of the morning."""
    return {
        "type": "ObjectEvent",
        "eventID": event_id(number),
        "eventTime": f"2026-03-01T{9 + number // 60 % 12:02}:{number % 60:02}:00+08:00",
        "eventTimeZoneOffset": "+08:00",
        "action": "OBSERVE",
        "bizStep": "collecting",
        "epcList": [epc(number)],
        **said,
    }


def bare(event: Event) -> Event:
    """An event by itself, as it is posted alone."""
    return {"@context": CONTEXT, **event}


def document(*events: Any) -> dict[str, Any]:
    return {
        "@context": CONTEXT,
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-07T00:00:00Z",
        "epcisBody": {"eventList": [*events]},
    }


def wrong(number: int, declared: str = "2026-03-06T12:00:00+08:00", **said: Any) -> Event:
    """The same event again, declared wrong."""
    return {
        **event(number, **said),
        "errorDeclaration": {"declarationTime": declared, "reason": "did_not_occur"},
    }


def captured(service: Service, client: httpx.Client, body: Any, **headers: str) -> dict[str, Any]:
    """Capture a document, and return what became of it once it is done."""
    answer = client.post("/epcis/capture", json=body, headers=headers)
    assert answer.status_code == 202, answer.text
    return done(service, client, answer.headers["Location"])


def done(service: Service, client: httpx.Client, location: str) -> dict[str, Any]:
    """Wait for a capture."""
    exchange: Exchange = service.app.state.exchange
    told: dict[str, Any] = {}

    def is_done() -> bool:
        told.update(client.get(location).json())
        return not told["running"]

    assert exchange.until(is_done, LONG_S), told
    return told


def found(answer: httpx.Response) -> list[Event]:
    """Return the events of an answer."""
    assert answer.status_code == 200, answer.text
    events: list[Event] = answer.json()["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    return events


def ids(answer: httpx.Response) -> list[str]:
    return [one["eventID"] for one in found(answer)]


def all_pages(client: httpx.Client, path: str, **parameters: Any) -> list[list[Event]]:
    """Follow the links from page to page."""
    answer = client.get(path, params=parameters)
    pages = [found(answer)]
    while "next" in answer.links:
        answer = client.get(answer.links["next"]["url"])
        pages.append(found(answer))
    return pages
