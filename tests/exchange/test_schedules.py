"""When is a subscriber told who wants to be told at certain times?"""

import asyncio
import hmac
from base64 import b64encode
from collections.abc import Iterator
from itertools import count

import httpx
import pytest

from custody.feed import Following
from custody.projector import Projector
from custody.pushing import progress
from custody.pushing.events import Events, OfRecord
from custody.terms import DAY, Millis
from tests.api.conftest import Service
from tests.api.movements import COLLECTOR, drop_off
from tests.epcis.examples import told_by_schema
from tests.exchange.partners import captured, document, event, event_id
from tests.exchange.subscribing import TOKEN, ids, pushing_at_once, subscribed
from tests.pushing.receiver import Receiver

LOOKS = 3


@pytest.fixture
def bare(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Service]:
    with pushing_at_once(database_url, monkeypatch) as one:
        yield one


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
