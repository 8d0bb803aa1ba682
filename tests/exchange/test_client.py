"""Can a partner's program tell events and find them without knowing HTTP?"""

import asyncio
from typing import Any

import pytest

from custody import keys
from custody.client import AsyncClient, Client, Problem
from custody.client.conversation import Patience, Wait
from custody.client.questions_of_epcis import Capture, capture, with_ids
from tests.api.conftest import ORGANISATION, Service
from tests.asking import NO_TLS
from tests.exchange.partners import document, event, event_id
from tests.exchange.test_incoming import OURS, collected

HOW: dict[str, Any] = {"clock": None, "verify": NO_TLS, "trust_env": False, "sleep": lambda _: None}

DOCUMENT = {**document(event(1), collected(2)), **OURS}


@pytest.fixture
def key(service: Service) -> str:
    return keys.create(service.engine, "operator", organisation=ORGANISATION)[1]


def ids(events: list[dict[str, Any]]) -> list[str]:
    return [one["eventID"] for one in events]


def test_a_document_is_told_and_its_events_are_found_page_by_page(
    service: Service, key: str
) -> None:
    with Client(service.url, key, **HOW) as partner:
        done = partner.capture(document(*map(event, range(1, 6))))
        assert (done.success, done.errors) == (True, ())
        found = [*partner.epcis_events({"EQ_bizStep": ["collecting", "shipping"]}, per_page=2)]
        assert ids(found) == [event_id(number) for number in range(1, 6)]
        assert ids(partner.epcis_event(event_id(3))) == [event_id(3)]
        with pytest.raises(Problem, match="not_found"):
            partner.epcis_event(event_id(9))


def test_a_program_that_does_not_wait_says_and_understands_the_same(
    service: Service, key: str
) -> None:
    async def told() -> tuple[Capture, list[dict[str, Any]]]:
        async with AsyncClient(service.url, key, verify=NO_TLS, trust_env=False) as partner:
            done = await partner.capture(DOCUMENT, on_error="proceed")
            return done, [one async for one in partner.epcis_events()]

    done, found = asyncio.run(told())
    assert done.success
    assert [one.status for one in done.movements] == ["none", "recorded"]
    assert {event_id(1), event_id(2)} <= {*ids(found)}


def test_what_is_wrong_with_an_event_stands_in_the_capture(service: Service, key: str) -> None:
    with Client(service.url, key, **HOW) as partner:
        assert partner.capture(document(event(1))).success
        done = partner.capture(document(event(1, disposition="in_transit")))
        assert not done.success
        assert [one.code for one in done.problems] == ["epcis_event_reused"]
        with pytest.raises(Problem, match="epcis_invalid"):
            partner.capture({"type": "EPCISDocument"})


def test_an_event_without_an_id_gets_one_so_that_it_is_told_once_however_often_it_is_sent() -> None:
    nameless = event(1)
    del nameless["eventID"]
    course = capture(document(nameless, event(2)))(Patience())
    first = next(course)
    assert not isinstance(first, Wait)
    assert first.body is not None
    named = with_ids(document(nameless, event(2)))["epcisBody"]["eventList"]
    assert named[0]["eventID"].startswith("urn:uuid:")
    assert named[1] == event(2)
    assert first.body.count(b"urn:uuid:") >= 1
    assert with_ids({"epcisBody": 3}) == {"epcisBody": 3}
    assert with_ids(document(7))["epcisBody"]["eventList"] == [7]
