"""Has each key so many requests open and no more, and is the turn given back however one ends?"""

import socket
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import replace
from threading import Event
from typing import Any
from urllib.parse import urlsplit

import httpx
import orjson
import pytest

from custody.api.serving import Serving, counted
from tests.api.conftest import Service
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR, drop_off
from tests.waiting import LONG_S, eventually

pytestmark = on_sqlite
AT_MOST = 2


@pytest.fixture
def narrow(service: Service) -> Service:
    """A service that nobody may have more than two requests of at once."""
    desk = service.app.state.desk
    service.app.state.desk = replace(desk, counted=counted(Serving(in_flight=AT_MOST)))
    return service


def begun(service: Service) -> dict[str, int]:
    return dict(service.app.state.desk.counted.in_flight.begun)


def wait_until_begun(service: Service, counts: list[int]) -> None:
    eventually(lambda: sorted(begun(service).values()) == counts)


@contextmanager
def held_up(service: Service, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let nothing be written until the end of the block."""
    custodian, go_on = service.app.state.desk.custodian, Event()
    record = custodian.record

    def slowly(requests: Any) -> Any:
        assert go_on.wait(LONG_S)
        return record(requests)

    monkeypatch.setattr(custodian, "record", slowly)
    try:
        yield
    finally:
        go_on.set()


def test_who_has_too_many_open_comes_again_and_others_are_served(
    narrow: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    busy, other = (narrow.client("terminal", COLLECTOR) for _ in range(2))

    def post(number: int) -> httpx.Response:
        return busy.post("/v1/movements", json=drop_off(number))

    with ThreadPoolExecutor(AT_MOST) as pool:
        with held_up(narrow, monkeypatch):
            waiting = [pool.submit(post, number) for number in range(AT_MOST)]
            wait_until_begun(narrow, [AT_MOST])
            for refused in (post(AT_MOST), busy.get("/v1/me")):
                assert refused.status_code == 429
                assert refused.headers["content-type"] == "application/problem+json"
                assert refused.json()["code"] == "too_many_in_flight"
                assert str(AT_MOST) in refused.json()["detail"]
                assert refused.headers["retry-after"] == "1"
            assert other.get("/v1/me").status_code == 200
        assert {one.result().status_code for one in waiting} == {201}
    wait_until_begun(narrow, [])
    assert busy.get("/v1/me").status_code == 200


def test_whatever_is_answered_the_turn_is_given_back(narrow: Service) -> None:
    terminal, stranger = narrow.client("terminal", COLLECTOR), narrow.client(None)
    for _ in range(AT_MOST + 1):
        assert stranger.get("/v1/me").status_code == 401
        assert terminal.get("/v1/me").status_code == 200
        assert terminal.get("/metrics").status_code == 403
        assert terminal.get("/v1/batteries/none").status_code in (404, 422)
        assert terminal.post("/v1/movements", content=b"{").status_code in (400, 415)
        assert terminal.post("/v1/movements", json=[]).status_code == 200
        assert terminal.get("/openapi.json").status_code == 200
    wait_until_begun(narrow, [])


def test_a_mistake_of_ours_gives_the_turn_back(
    narrow: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    def mistaken(*_arguments: object) -> object:
        raise RuntimeError("nobody foresaw this")

    monkeypatch.setattr("custody.api.receipts.receipt", mistaken)
    monkeypatch.setattr(narrow.app.state.desk.custodian, "record", mistaken)
    terminal = narrow.client("terminal", COLLECTOR)
    for number in range(AT_MOST + 1):
        assert terminal.post("/v1/movements", json=drop_off(number)).status_code == 500
    wait_until_begun(narrow, [])


def test_who_hangs_up_in_the_middle_has_its_turn_back(narrow: Service) -> None:
    client = narrow.client("terminal", COLLECTOR)
    key = client.headers["authorization"].encode()
    body = orjson.dumps(drop_off(1))
    place = urlsplit(narrow.url)
    for _ in range(AT_MOST + 1):
        with socket.create_connection((str(place.hostname), int(place.port or 0))) as connection:
            connection.sendall(
                b"POST /v1/movements HTTP/1.1\r\nHost: x\r\nAuthorization: %b\r\n"
                b"Content-Type: application/json\r\nContent-Length: %d\r\n\r\n%b"
                % (key, len(body), body[:10])
            )
            wait_until_begun(narrow, [1])
        wait_until_begun(narrow, [])
    assert client.get("/v1/me").status_code == 200
