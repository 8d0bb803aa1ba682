"""What does somebody hear who follows the feed as it grows?"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice
from typing import Any

import httpx
import pytest
from httpx_sse import ServerSentEvent, connect_sse

from custody import keys, projector
from custody.api import stream
from custody.feed import following
from tests.api.conftest import ORGANISATION, OTHER_ORGANISATION, Service
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR, ELSEWHERE, battery, drop_off, movement_id

PATH = "/v1/facts/stream"


@contextmanager
def stream_of(
    client: httpx.Client, last: str | None = None, **params: Any
) -> Iterator[Iterator[ServerSentEvent]]:
    headers = {} if last is None else {"Last-Event-ID": last}
    with connect_sse(client, "GET", PATH, params=params, headers=headers) as source:
        source.response.raise_for_status()
        assert source.response.headers["cache-control"] == "no-store"
        yield (one for one in source.iter_sse() if one.event != "message")


def whole(client: httpx.Client, last: str | None = None, **params: Any) -> list[ServerSentEvent]:
    """Read a stream that ends."""
    with stream_of(client, last, **params) as events:
        return [one for one in events if one.event != "position"]


def post(service: Service, *numbers: int, site: str = COLLECTOR) -> int:
    """Bring batteries in; return the position of the last."""
    client = service.client("terminal", site)
    said = [drop_off(number) | {"site": site} for number in numbers]
    answer = client.post("/v1/movements", json=said)
    assert [one["status"] for one in answer.json()["results"]] == ["recorded"] * len(numbers)
    position: int = answer.json()["position"]
    return position


def test_all_that_was_recorded_comes_first_and_then_what_is_recorded_next(
    service: Service,
) -> None:
    auditor = service.client("auditor")
    head = post(service, 1, 2)
    with stream_of(auditor) as events:
        before = [*islice(events, head)]
        assert [one.id for one in before] == [str(n) for n in range(1, head + 1)]
        feed = auditor.get("/v1/facts").json()["items"]
        assert [one.json() for one in before] == feed
        assert [one.event for one in before] == [one["type"] for one in feed]
        for number in (3, 4):
            post(service, number)
            assert next(events).json()["id"] == movement_id(number)


def test_who_comes_back_goes_on_behind_the_last_it_has_seen(service: Service) -> None:
    auditor = service.client("auditor")
    post(service, 1, 2)
    with stream_of(auditor) as events:
        seen = [next(events)]
    head = post(service, 3, 4)
    seen += whole(auditor, seen[-1].id, until=head, after=0)
    assert [one.id for one in seen] == [str(n) for n in range(1, head + 1)]


def test_a_stream_that_ends_says_how_far_it_came(service: Service) -> None:
    head = post(service, 1)
    with stream_of(service.client("auditor"), types="dispatch", until=head) as events:
        (last,) = events
    assert (last.event, last.id, last.json()) == ("position", str(head), {"position": head})


@pytest.mark.parametrize(
    ("chosen", "numbers"),
    [
        ({"types": "drop_off"}, [1, 2, 3]),
        ({"types": "dispatch,receive"}, []),
        ({"site": ELSEWHERE}, [3]),
        ({"battery": battery(2)}, [2]),
        ({"division": "330000", "types": "drop_off"}, [1, 2, 3]),
        ({"division": "110000"}, []),
        ({"site": COLLECTOR, "battery": battery(3)}, []),
    ],
    ids=json.dumps,
)
def test_one_hears_what_one_asks_for_of_the_feed_and_of_the_stream_alike(
    service: Service, chosen: dict[str, str], numbers: list[int]
) -> None:
    post(service, 1, 2)
    head = post(service, 3, site=ELSEWHERE)
    auditor = service.client("auditor")
    wanted = [movement_id(number) for number in numbers]
    heard = [one.json() for one in whole(auditor, until=head, **chosen)]
    assert [one["id"] for one in heard if one["type"] == "drop_off"] == wanted
    listed = auditor.get("/v1/facts", params=chosen).json()
    while "next" in listed:
        more = auditor.get("/v1/facts", params={**chosen, "after": listed["next"]}).json()
        listed = {"items": listed["items"] + more["items"]} | {
            name: value for name, value in more.items() if name == "next"
        }
    assert listed["items"] == heard


def test_one_hears_of_ones_own_part_of_the_network_live_and_later(service: Service) -> None:
    ours = service.client("integrator", organisation=ORGANISATION)
    theirs = service.client("integrator", organisation=OTHER_ORGANISATION)
    with stream_of(ours, types="drop_off") as own, stream_of(theirs, types="drop_off") as other:
        post(service, 1)
        head = post(service, 2, site=ELSEWHERE)
        assert next(own).json()["id"] == movement_id(1)
        assert next(other).json()["id"] == movement_id(2)
    later = whole(theirs, types="drop_off", until=head)
    assert [one.json()["id"] for one in later] == [movement_id(2)]


def test_what_the_stream_has_told_live_the_queries_know(service: Service) -> None:
    auditor = service.client("auditor")
    with stream_of(auditor, after=post(service, 1)) as events:
        for number in range(2, 8):
            post(service, number)
            next(events)
            held = auditor.get(f"/v1/sites/{COLLECTOR}/inventory").json()
            assert held["pieces"] == number


def test_whoever_listens_does_not_wait_until_the_projector_has_rested(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(projector, "REST_S", 3_600.0)
    with stream_of(service.client("auditor"), after=post(service, 1)) as events:
        for number in range(2, 5):
            post(service, number)
            assert next(events).json()["id"] == movement_id(number)


def test_what_a_stream_tells_of_what_was_there_the_queries_know(service: Service) -> None:
    auditor = service.client("auditor")
    for number in range(1, 7):
        whole(auditor, until=post(service, number))
        held = auditor.get(f"/v1/sites/{COLLECTOR}/inventory").json()
        assert held["pieces"] == number


def test_cloud_events_are_told_if_they_are_asked_for(service: Service) -> None:
    head = post(service, 1)
    auditor = service.client("auditor")
    (told,) = whole(auditor, after=head - 1, until=head, envelope="cloudevent")
    assert told.json()["type"] == "custody.drop_off"
    listed = auditor.get(f"/v1/facts?after={head - 1}&envelope=cloudevent").json()["items"]
    assert listed == [told.json()]


@on_sqlite
def test_a_silent_stream_says_how_far_it_has_come(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    head = post(service, 1)
    monkeypatch.setattr(stream, "KEEP_ALIVE_S", 0.05)
    with stream_of(service.client("auditor"), after=head) as events:
        said = next(events)
    assert (said.event, said.id) == ("position", str(head))


@on_sqlite
def test_a_stream_ends_when_its_key_is_revoked(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stream, "KEEP_ALIVE_S", 0.02)
    key, text = keys.create(service.engine, "auditor")
    client = service.client(None, Authorization=f"Bearer {text}")
    with stream_of(client, after=post(service, 1)) as events:
        assert next(events).event == "position"
        keys.revoke(service.engine, key.id)
        assert all(one.event == "position" for one in events)  # and no longer


@on_sqlite
def test_one_who_falls_behind_what_is_held_in_memory_reads_on_from_the_ledger(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(following, "AT_ONCE_MAX", 3)
    post(service, 0)
    held = service.app.state.desk.following
    held._held = type(held._held)(maxlen=4)
    with stream_of(service.client("auditor"), types="drop_off") as events:
        next(events)
        for number in range(1, 30, 10):
            post(service, *range(number, number + 10))
        heard = [*islice(events, 30)]
    assert [one.json()["id"] for one in heard] == [movement_id(n) for n in range(1, 31)]


@on_sqlite
def test_whoever_listens_may_ask_as_much_as_before(service: Service) -> None:
    auditor = service.client("auditor")
    counted = service.app.state.desk.counted
    with stream_of(auditor) as events:
        next(events)
        assert not counted.in_flight.begun
        assert [*counted.streams.begun.values()] == [1]


@on_sqlite
def test_a_key_has_so_many_streams_at_once_and_others_have_theirs(service: Service) -> None:
    service.app.state.desk.counted.streams.at_most = 1
    auditor = service.client("auditor")
    post(service, 1)
    with stream_of(auditor) as events:
        next(events)
        refused = auditor.get(PATH)
        assert (refused.status_code, refused.json()["code"]) == (429, "too_many_streams")
        assert "Retry-After" in refused.headers
        assert whole(service.client("auditor"), until=1)


@on_sqlite
@pytest.mark.parametrize(
    ("params", "headers", "pointer"),
    [
        ({"after": "-1"}, {}, "/after"),
        ({}, {"Last-Event-ID": "yesterday"}, "/last-event-id"),
        ({"after": "999999"}, {}, "/after"),
        ({}, {"Last-Event-ID": "999999"}, "/last-event-id"),
        ({"division": "33"}, {}, "/division"),
        ({"types": "nonsense"}, {}, "/types"),
        ({"envelope": "paper"}, {}, "/envelope"),
        ({"since": "1"}, {}, "/since"),
    ],
)
def test_what_cannot_be_meant_is_refused_before_a_stream_begins(
    service: Service, params: dict[str, str], headers: dict[str, str], pointer: str
) -> None:
    refused = service.client("auditor").get(PATH, params=params, headers=headers)
    assert refused.status_code == 422, refused.text
    assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]


@on_sqlite
def test_a_position_that_was_never_recorded_is_refused_by_the_pages_too(service: Service) -> None:
    post(service, 1)
    auditor = service.client("auditor")
    refused = auditor.get("/v1/facts", params={"after": 999_999})
    assert refused.status_code == 422, refused.text
    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/after", "too_big")
    end = service.app.state.desk.ledger.head().position
    assert auditor.get("/v1/facts", params={"after": end}).json()["items"] == []
