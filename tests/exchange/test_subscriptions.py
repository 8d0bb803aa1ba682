"""Is whoever subscribed to a named query told its events: each once, in order, signed, as EPCIS?"""

import asyncio
import hmac
from base64 import b64encode
from collections.abc import Iterator
from ipaddress import ip_network
from itertools import count
from typing import Any

import httpx
import pytest

from custody import keys
from custody.api.serving import Serving
from custody.feed import Following
from custody.projector import Projector
from custody.pushing import delivering, events, progress
from custody.pushing.events import Events, OfRecord
from custody.terms import DAY, Millis
from tests.api.conftest import ORGANISATION, OTHER_ORGANISATION, Service, served
from tests.api.movements import COLLECTOR, drop_off
from tests.epcis.examples import told_by_schema
from tests.exchange.partners import captured, document, event, event_id, wrong
from tests.projections.bookkeeping import eventually
from tests.pushing.receiver import Got, Receiver, Reply, receiving

PUSHING = Serving(push_networks=(ip_network("127.0.0.0/8"),))
TOKEN = "13df38d8275b13f05704629e5f1cf3d45d6132d5"
QUERY = {"EQ_bizStep": ["collecting"]}
LOOKS = 3


@pytest.fixture
def bare(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    """A service that delivers to receivers of this machine."""
    monkeypatch.setattr(delivering, "LOOK_S", 0.02)
    monkeypatch.setattr(events, "LOOK_S", 0.01)
    with served(database_url, PUSHING) as one:
        yield one


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as one:
        yield one


@pytest.fixture
def platform(service: Service) -> httpx.Client:
    """A platform that sees everything, and has named a query."""
    client = service.client("integrator")
    named(client)
    return client


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


def test_who_wants_a_schedule_is_told_at_its_time_and_not_before(
    service: Service, platform: httpx.Client, partner: httpx.Client, receiver: Receiver
) -> None:
    said = {
        "dest": receiver.url,
        "schedule": {"hour": "1", "minute": "5"},
        "reportIfEmpty": False,
    }
    answer = platform.post("/epcis/queries/collected/subscriptions", json=said)
    assert answer.status_code == 201, answer.text
    assert answer.json()["schedule"] == said["schedule"]
    stream = Receiver()
    try:
        subscribed(platform, stream)
        captured(service, partner, document(event(1)))
        captured(service, partner, document(event(2)))
        while event_id(2) not in ids(stream.next()):
            pass
    finally:
        stream.close()
    assert receiver.nothing_more()
    service.clock.now += DAY
    told_late = ids(receiver.next())
    assert told_late == [event_id(1), event_id(2)]


def test_who_wants_to_hear_of_nothing_is_told_an_empty_document(
    service: Service, platform: httpx.Client, partner: httpx.Client, receiver: Receiver
) -> None:
    schedule = {"hour": "1", "minute": "5"}
    said = {"dest": receiver.url, "schedule": schedule, "reportIfEmpty": True}
    answer = platform.post(
        "/epcis/queries/collected/subscriptions", json={**said, "signatureToken": TOKEN}
    )
    assert answer.status_code == 201, answer.text
    assert answer.json()["reportIfEmpty"] is True
    stream = Receiver()
    try:
        subscribed(platform, stream)
        captured(service, partner, document(event(1)))
        assert ids(stream.next()) == [event_id(1)]
    finally:
        stream.close()
    service.clock.now += DAY
    assert ids(receiver.next()) == [event_id(1)]
    service.clock.now += DAY
    empty = receiver.next()
    assert ids(empty) == []
    assert told_by_schema(empty.said) == []
    assert empty.said["epcisBody"]["queryResults"]["queryName"] == "collected"
    signed = b64encode(hmac.digest(TOKEN.encode(), empty.body, "sha256")).decode()
    assert empty.headers["gs1-signature"] == signed


def test_what_was_recorded_before_its_time_is_told_then_however_far_behind_others_are(
    service: Service, platform: httpx.Client, receiver: Receiver
) -> None:
    said = {"dest": receiver.url, "schedule": {"hour": "1"}, "reportIfEmpty": True}
    path = "/epcis/queries/collected/subscriptions"
    assert platform.post(path, json=said).status_code == 201
    desk = service.app.state.desk
    desk.projector.stop()
    movement = drop_off(1)
    assert service.client("terminal", COLLECTOR).post("/v1/movements", json=movement).is_success
    ((one, scope, *_),) = progress.active(service.engine)
    assert scope is not None
    looks = count()

    def clock() -> Millis:
        """From the second look on it is time; the projections come up to it some looks later."""
        look = next(looks)
        if look == LOOKS:
            Projector(desk.ledger).catch_up()
        return service.clock.now + (DAY if look else 0)

    async def first() -> OfRecord:
        following = Following(desk.ledger)
        try:
            source = Events(desk.ledger, following, one, scope, clock)
            async for _, found in source.listen(one.cursor, 1.0):
                if found:
                    return found[0]
        finally:
            await following.close()
        raise AssertionError("nothing is told")

    told_first = asyncio.run(first())
    assert next(looks) > LOOKS
    assert [event.event_id for event in told_first.found] == [f"urn:uuid:{movement['id']}"]


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
    service: Service, partner: httpx.Client, receiver: Receiver
) -> None:
    client = service.client("integrator", organisation=ORGANISATION)
    named(client)
    subscribed(client, receiver)
    (one,) = client.get("/v1/subscriptions").json()["items"]
    assert keys.revoke(service.engine, one["key"])
    captured(service, partner, document(event(1)))
    admin = service.client("admin")
    path = f"/v1/subscriptions/{one['id']}"
    eventually(lambda: admin.get(path).json()["state"] == "disabled")
    assert admin.get(path).json()["reason"]["code"] == "key_revoked"
    assert receiver.nothing_more()
