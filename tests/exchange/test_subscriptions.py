"""Is whoever subscribed to a named query told its events: each once, in order, signed, as EPCIS?"""

import hmac
from base64 import b64encode
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from custody import keys
from tests.api.conftest import ORGANISATION, OTHER_ORGANISATION, Service
from tests.api.movements import COLLECTOR, drop_off
from tests.epcis.examples import told_by_schema
from tests.exchange.partners import captured, document, event, event_id, wrong
from tests.exchange.subscribing import TOKEN, ids, named, pushing_at_once, subscribed, told
from tests.pushing.receiver import Receiver, Reply
from tests.waiting import eventually


@pytest.fixture
def bare(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with pushing_at_once(database_url, monkeypatch) as one:
        yield one


def test_events_of_a_query_are_posted_as_a_document_of_the_standard(
    service: Service, platform: httpx.Client, partner: httpx.Client, receiver: Receiver
) -> None:
    captured(service, partner, document(event(1)))
    location = subscribed(platform, receiver, signatureToken=TOKEN)
    others = event(3, bizStep="storing")
    captured(service, partner, document(event(2), others, event(4), wrong(2)))
    got = receiver.next()
    assert ids(got) == [event_id(2), event_id(4), event_id(2)]
    assert told_by_schema(got.said) == []
    answers = got.said["epcisBody"]["queryResults"]
    assert answers["queryName"] == "collected"
    assert answers["subscriptionID"] == location.rpartition("/")[2]
    signed = b64encode(hmac.digest(TOKEN.encode(), got.body, "sha256")).decode()
    assert got.headers["gs1-signature"] == signed
    assert platform.get(location).json()["state"] == "active"
    eventually(lambda: "lastNotifiedAt" in platform.get(location).json())


def test_movements_of_ours_are_told_as_events_too(
    service: Service, platform: httpx.Client, receiver: Receiver
) -> None:
    subscribed(platform, receiver)
    said = drop_off(1)
    assert service.client("terminal", COLLECTOR).post("/v1/movements", json=said).is_success
    (collected,) = told(receiver.next())
    assert collected["eventID"] == f"urn:uuid:{said['id']}"
    assert "gs1-signature" not in receiver.all[0].headers


def test_what_fails_is_sent_again_as_it_was_and_nothing_overtakes_it(
    service: Service, platform: httpx.Client, partner: httpx.Client, receiver: Receiver
) -> None:
    receiver.replies.append(Reply(500))
    location = subscribed(platform, receiver)
    captured(service, partner, document(event(1)))
    failed = receiver.next()
    captured(service, partner, document(event(2)))
    one = f"/v1/subscriptions/{location.rpartition('/')[2]}"
    eventually(lambda: platform.get(one).json()["failures"] == 1)
    assert platform.post(f"{one}/resume").status_code == 200
    again = receiver.next()
    assert (again.id, again.body) == (failed.id, failed.body)
    assert ids(receiver.next()) == [event_id(2)]


def test_whoever_begins_earlier_is_told_what_was_recorded_since(
    service: Service, platform: httpx.Client, partner: httpx.Client, receiver: Receiver
) -> None:
    captured(service, partner, document(event(1)))
    service.clock.now += 60_000
    since = "2099-01-01T00:00:00Z"
    captured(service, partner, document(event(2)))
    found = platform.get("/epcis/events", params={"EQ_eventID": event_id(2)}).json()
    (second,) = found["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    subscribed(platform, receiver, initialRecordTime=second["recordTime"])
    assert ids(receiver.next()) == [event_id(2)]
    subscribed(platform, receiver, initialRecordTime=since)
    captured(service, partner, document(event(3)))
    assert {*ids(receiver.next()), *ids(receiver.next())} == {event_id(3)}


def test_a_subscriber_is_told_what_is_its_to_see_and_no_more(
    service: Service, partner: httpx.Client, stranger: httpx.Client, receiver: Receiver
) -> None:
    own = service.client("integrator", organisation=OTHER_ORGANISATION)
    named(own)
    subscribed(own, receiver)
    captured(service, partner, document(event(1)))
    captured(service, stranger, document(event(2)))
    assert ids(receiver.next()) == [event_id(2)]


def test_a_subscription_ends_with_its_query(
    service: Service, platform: httpx.Client, receiver: Receiver
) -> None:
    location = subscribed(platform, receiver)
    path = "/epcis/queries/collected/subscriptions"
    assert [one["dest"] for one in platform.get(path).json()] == [receiver.url]
    assert platform.get("/v1/subscriptions").json()["items"][0]["query"] == "collected"
    assert platform.delete("/epcis/queries/collected").status_code == 204
    assert platform.get(location).status_code == 404
    assert platform.get("/v1/subscriptions").json()["items"] == []
    named(platform)
    location = subscribed(platform, receiver)
    assert platform.delete(location).status_code == 204
    assert platform.get(path).json() == []


def test_a_subscription_is_its_makers_alone(
    service: Service, platform: httpx.Client, receiver: Receiver
) -> None:
    location = subscribed(platform, receiver)
    other = service.client("integrator")
    named(other)
    assert other.get(location).status_code == 404
    assert other.delete(location).status_code == 404
    assert other.get("/epcis/queries/collected/subscriptions").json() == []


def test_subscriptions_come_in_pages(platform: httpx.Client, receiver: Receiver) -> None:
    made = {subscribed(platform, receiver).rpartition("/")[2] for _ in range(3)}
    first = platform.get("/epcis/queries/collected/subscriptions", params={"perPage": 2})
    rest = platform.get(first.links["next"]["url"])
    listed = [one["subscriptionID"] for page in (first, rest) for one in page.json()]
    assert (len(first.json()), listed) == (2, sorted(made))
    assert "next" not in rest.links


@pytest.mark.parametrize(
    ("controls", "pointer"),
    [
        ({}, "/stream"),
        ({"stream": False}, "/stream"),
        ({"schedule": {"hour": "1"}, "stream": True}, "/stream"),
        ({"schedule": {"hour": "25"}}, "/schedule/hour"),
        ({"schedule": {"dayOfMonth": "31", "month": "2"}}, "/schedule"),
        ({"stream": True, "dest": "ftp://receiver.example/"}, "/dest"),
        ({"stream": True, "dest": "http://10.0.0.1/"}, "/dest"),
        ({"stream": True, "signatureToken": "short"}, "/signatureToken"),
        ({"stream": True, "initialRecordTime": "yesterday"}, "/initialRecordTime"),
        ({"stream": True, "reportIfEmpty": True}, "/reportIfEmpty"),
        ({"schedule": {"hour": "1"}, "reportIfEmpty": "true"}, "/reportIfEmpty"),
        ({"stream": True, "more": 1}, "/more"),
    ],
)
def test_what_cannot_be_subscribed_to_is_refused_by_its_name(
    platform: httpx.Client, receiver: Receiver, controls: dict[str, Any], pointer: str
) -> None:
    said = {"dest": receiver.url, **controls}
    answer = platform.post("/epcis/queries/collected/subscriptions", json=said)
    assert answer.status_code in (400, 422), answer.text
    assert answer.json()["type"].startswith("epcisException:")
    assert pointer in [one["pointer"] for one in answer.json()["errors"]]


def test_there_is_nothing_to_subscribe_to_where_there_is_no_query(
    platform: httpx.Client, receiver: Receiver
) -> None:
    said = {"dest": receiver.url, "stream": True}
    answer = platform.post("/epcis/queries/unknown/subscriptions", json=said)
    assert answer.status_code == 404
    assert answer.json()["type"] == "epcisException:NoSuchResourceException"


def test_a_revoked_key_hears_nothing_more(
    service: Service, platform: httpx.Client, partner: httpx.Client, receiver: Receiver
) -> None:
    client = service.client("integrator", organisation=ORGANISATION)
    named(client)
    subscribed(client, receiver)
    (one,) = client.get("/v1/subscriptions").json()["items"]
    assert keys.revoke(service.engine, one["key"])
    admin = service.client("admin")
    path = f"/v1/subscriptions/{one['id']}"
    eventually(lambda: admin.get(path).json()["state"] == "disabled")  # it looks now and then
    assert admin.get(path).json()["reason"]["code"] == "key_revoked"
    other = subscribed(platform, receiver)
    captured(service, partner, document(event(1)))
    # The other has been told: so had this one been, were its key good.
    answers = receiver.next().said["epcisBody"]["queryResults"]
    assert answers["subscriptionID"] == other.rpartition("/")[2]
    assert receiver.nothing_more()
