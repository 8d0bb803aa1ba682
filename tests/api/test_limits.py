import gzip
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Event
from typing import Any

import httpx
import orjson
import pytest

from custody import intake
from custody.api.bodies import BODY_BYTES_MAX, MEMBERS_MAX
from custody.api.slices import MOVEMENT_BYTES_MAX
from custody.events.complaints import ERRORS_MAX
from tests.api.conftest import Service
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR, drop_off
from tests.waiting import LONG_S, eventually

pytestmark = on_sqlite
JSON = {"Content-Type": "application/json"}
GZIP = {**JSON, "Content-Encoding": "gzip"}


def code(response: httpx.Response) -> tuple[int, str]:
    assert response.headers["content-type"] == "application/problem+json", response.text
    return response.status_code, response.json()["code"]


def test_a_body_has_at_most_four_mebibytes(terminal: httpx.Client) -> None:
    body = orjson.dumps(drop_off(1))
    fits = body + b" " * (BODY_BYTES_MAX - len(body))
    assert terminal.post("/v1/movements", content=fits, headers=JSON).status_code == 201
    assert code(terminal.post("/v1/movements", content=fits + b" ", headers=JSON)) == (
        413,
        "too_large",
    )


def test_a_body_that_does_not_say_how_long_it_is_is_cut_off_too(terminal: httpx.Client) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(65):
            yield b" " * (BODY_BYTES_MAX // 64)

    response = terminal.post("/v1/movements", content=endless(), headers=JSON)
    assert code(response) == (413, "too_large")


def test_a_bomb_is_not_inflated(terminal: httpx.Client) -> None:
    bomb = gzip.compress(b" " * (64 * BODY_BYTES_MAX))
    assert len(bomb) < BODY_BYTES_MAX
    response = terminal.post("/v1/movements", content=bomb, headers=GZIP)
    assert code(response) == (413, "too_large")


def test_what_does_not_inflate_is_refused(terminal: httpx.Client) -> None:
    cut_off = gzip.compress(b"{}")[:-5]
    many_members = gzip.compress(b"") * (MEMBERS_MAX + 1)
    for body in (b"", b"plain", cut_off, zlib.compress(b"{}"), many_members):
        response = terminal.post("/v1/movements", content=body, headers=GZIP)
        assert code(response) == (400, "invalid_encoding"), body[:20]


def test_a_request_carries_at_most_a_thousand_movements(terminal: httpx.Client) -> None:
    many = [drop_off(n) for n in range(1_001)]
    assert code(terminal.post("/v1/movements", json=many)) == (413, "too_many_movements")
    response = terminal.post("/v1/movements", json=many[1:])
    assert {one["status"] for one in response.json()["results"]} == {"recorded"}


def test_a_movement_has_at_most_a_quarter_of_a_mebibyte(terminal: httpx.Client) -> None:
    said = orjson.dumps(drop_off(1))
    most = said[:-1] + b" " * (MOVEMENT_BYTES_MAX - len(said)) + b"}"
    longer = most.replace(b"  ", b"   ", 1)
    refused = terminal.post("/v1/movements", content=longer, headers=JSON)
    assert code(refused) == (413, "movement_too_large")
    both = b"[" + most + b"," + longer + b"]"
    told = terminal.post("/v1/movements", content=both, headers=JSON)
    assert [one["status"] for one in told.json()["results"]] == ["recorded", "refused"]
    assert terminal.post("/v1/movements", content=most, headers=JSON).status_code == 200


def test_what_two_readers_could_read_differently_is_refused(
    terminal: httpx.Client, auditor: httpx.Client
) -> None:
    said = orjson.dumps(drop_off(1))
    for twice in (
        b'{"note":"one",' + said[1:-1] + b',"note":"other"}',
        b'{"note":NaN,' + said[1:-1] + b',"note":"other"}',
        said.replace(b'"battery":', b'"battery":1,"battery":'),
    ):
        assert code(terminal.post("/v1/movements", content=twice, headers=JSON))[0] == 400, twice
    told = terminal.post("/v1/movements", content=b"[" + twice + b"]", headers=JSON).json()
    assert told["results"][0]["problem"]["code"] == "name_twice"
    assert auditor.get("/v1/facts?types=drop_off").json()["items"] == []


def test_so_many_fields_are_told_of_at_once(terminal: httpx.Client) -> None:
    said = {**drop_off(1), "type": "store", "place": "A", "batteries": [""] * 1_000}
    response = terminal.post("/v1/movements", json=said)
    assert code(response) == (422, "invalid_fields")
    assert len(response.json()["errors"]) == ERRORS_MAX


def test_when_too_many_wait_the_next_is_asked_to_come_again(
    service: Service, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk = service.app.state.desk
    record, begun, go_on = desk.custodian.record, Event(), Event()

    def held_up(requests: Any) -> Any:
        begun.set()
        assert go_on.wait(LONG_S)
        return record(requests)

    monkeypatch.setattr(desk.custodian, "record", held_up)
    monkeypatch.setattr(intake, "WAITING_MAX", 1)
    clients = [service.client("terminal", COLLECTOR) for _ in range(3)]

    def post(n: int) -> httpx.Response:
        return clients[n].post("/v1/movements", json=drop_off(n))

    with ThreadPoolExecutor(2) as pool:
        written = pool.submit(post, 0)
        assert begun.wait(LONG_S)
        waiting = pool.submit(post, 1)
        eventually(lambda: desk.intake.waiting)
        response = post(2)
        assert code(response) == (503, "busy")
        assert response.headers["retry-after"] == "1"
        go_on.set()
        assert {written.result().status_code, waiting.result().status_code} == {201}
    assert post(2).status_code == 201
