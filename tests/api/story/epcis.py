"""What do partners tell and ask in EPCIS?"""

import re

import httpx

from tests.api.story.asking import POINT, Asked, Scene, Telling, get, post
from tests.exchange.partners import bare, document, epc, event

BY = "partner"
PLACE = f"urn:custody:site:{POINT}"
QUERY = {"name": "inspected", "query": {"EQ_bizStep": ["inspecting"], "EQ_action": ["OBSERVE"]}}
MEMBERS = {
    "epcs": epc(1),
    "bizSteps": "inspecting",
    "bizLocations": PLACE,
    "readPoints": PLACE,
    "dispositions": "conformant",
    "eventTypes": "ObjectEvent",
}
"""What EPCIS lists names of, and one of each."""


def chapter(scene: Scene) -> Telling:
    """Capture events, find them by whatever is said of them, and have a query told further."""
    yield get("read_context", "/epcis/context.jsonld", by="nobody")
    yield from _captured()
    yield get("list_resources", "/epcis", by=BY)
    for name, member in MEMBERS.items():
        words = re.sub("([A-Z])", r"_\1", name).lower()
        yield get(f"list_{words}", f"/epcis/{name}", by=BY)
        yield get(f"find_in_{words}", f"/epcis/{name}/{member}", by=BY)
        yield get(f"list_events_in_{words}", f"/epcis/{name}/{member}/events", by=BY)
    yield post("name_query", "/epcis/queries", QUERY)
    yield get("find_query", "/epcis/queries/inspected")
    yield get("list_queries", "/epcis/queries")
    yield get("list_events_of_query", "/epcis/queries/inspected/events")
    yield from _subscribed(scene.receiver.url)


def _captured() -> Telling:
    place = {"id": PLACE}
    told = event(1, bizStep="inspecting", disposition="conformant", bizLocation=place)
    yield post("capture_event", "/epcis/events", bare(told), by=BY)
    doubted = event(2, bizStep="inspecting", disposition="damaged", readPoint=place)
    taken = yield post("capture_document", "/epcis/capture", document(doubted), by=BY)
    yield get("find_capture", taken.headers["Location"], by=BY, until=_is_done)
    yield get("list_captures", "/epcis/capture", by=BY)
    asked = f"MATCH_anyEPC={epc(1)}&EQ_bizStep=inspecting"
    yield get("list_events", f"/epcis/events?{asked}", by=BY)
    first = yield get("list_events", "/epcis/events?perPage=1", by=BY, name="page")
    token = httpx.URL(first.links["next"]["url"]).params["nextPageToken"]
    path = f"/epcis/nextPageToken/{token}"
    yield Asked(operation="release_page", path=path, method="DELETE", by=BY, name="asked")
    yield get("find_event", f"/epcis/events/{told['eventID']}", by=BY)


def _subscribed(receiver: str) -> Telling:
    subscriptions = "/epcis/queries/inspected/subscriptions"
    token = "13df38d8275b13f05704629e5f1cf3d4"
    stream = {"dest": receiver, "stream": True, "signatureToken": token}
    made = yield post("subscribe_to_query", subscriptions, stream, name="stream")
    yield get("list_subscriptions_to_query", subscriptions)
    one = f"{subscriptions}/{made.json()['subscriptionID']}"
    yield get("find_subscription_to_query", one)
    nightly = {"dest": receiver, "schedule": {"hour": "1", "minute": "5"}, "reportIfEmpty": True}
    yield post("subscribe_to_query", subscriptions, nightly, name="schedule")


def _is_done(answer: httpx.Response) -> bool:
    return not answer.json()["running"]
