import gzip
from typing import Any

import httpx
import orjson

from tests.api.movements import Movement, drop_off, movement_id

NDJSON = {"Content-Type": "application/x-ndjson"}
STRICT = {"Prefer": "return=minimal, handling=strict"}


def statuses(response: httpx.Response) -> list[str]:
    assert response.status_code == 200, response.text
    return [one["status"] for one in response.json()["results"]]


def nobody_recorded(terminal: httpx.Client, *movements: Movement) -> bool:
    paths = [f"/v1/movements/{one['id']}" for one in movements]
    return all(terminal.get(path).status_code == 404 for path in paths)


def test_many_are_answered_in_their_order_and_a_refusal_touches_only_its_own(
    terminal: httpx.Client,
) -> None:
    terminal.post("/v1/movements", json=drop_off(1))
    said: list[Any] = [drop_off(2), drop_off(1), drop_off(1, channel="fleet"), drop_off(3), 7]
    said.append(drop_off(4, channel="balloon"))
    response = terminal.post("/v1/movements", json=said)
    assert statuses(response) == [
        "recorded",
        "duplicate",
        "refused",
        "recorded",
        "refused",
        "refused",
    ]
    told = response.json()
    results = told["results"]
    assert told["position"] == results[3]["position"] == results[0]["position"] + 1
    assert response.headers["custody-position"] == str(told["position"])
    assert results[2]["id"] == movement_id(1)
    assert results[2]["problem"]["code"] == "id_reused"
    assert "id" not in results[4]
    assert results[5]["problem"]["errors"][0]["pointer"] == "/channel"


def test_the_same_movement_twice_in_one_request_is_recorded_once(terminal: httpx.Client) -> None:
    response = terminal.post("/v1/movements", json=[drop_off(1), drop_off(1)])
    assert statuses(response) == ["recorded", "duplicate"]
    one, other = response.json()["results"]
    assert one["position"] == other["position"]


def test_lines_are_movements_too_and_blank_ones_say_nothing(terminal: httpx.Client) -> None:
    lines = [orjson.dumps(drop_off(1)), b"", b"{not json", b"  \r", orjson.dumps(drop_off(2))]
    response = terminal.post("/v1/movements", content=b"\n".join(lines), headers=NDJSON)
    assert statuses(response) == ["recorded", "refused", "recorded"]
    assert response.json()["results"][1]["problem"]["status"] == 400


def test_nothing_at_all_is_many_too(terminal: httpx.Client) -> None:
    assert statuses(terminal.post("/v1/movements", json=[])) == []
    assert statuses(terminal.post("/v1/movements", content=b"\n\n", headers=NDJSON)) == []


def test_a_compressed_body_is_inflated_in_as_many_members_as_it_has(
    terminal: httpx.Client,
) -> None:
    body = orjson.dumps([drop_off(1), drop_off(2)])
    packed = gzip.compress(body[:20]) + gzip.compress(body[20:])
    headers = {"Content-Type": "application/json", "Content-Encoding": "gzip"}
    response = terminal.post("/v1/movements", content=packed, headers=headers)
    assert statuses(response) == ["recorded", "recorded"]


def test_each_movement_keeps_its_own_bytes(terminal: httpx.Client, auditor: httpx.Client) -> None:
    one = b'{ "note": "\xe7\x94\xb5\xe6\xb1\xa0 \\u7535",  ' + orjson.dumps(drop_off(1))[1:]
    body = b"[\n" + one + b" ,\n" + orjson.dumps(drop_off(2)) + b"]"
    headers = {"Content-Type": "application/json; charset=utf-8"}
    assert statuses(terminal.post("/v1/movements", content=body, headers=headers)) == [
        "recorded",
        "recorded",
    ]
    feed = auditor.get("/v1/facts", params={"types": "drop_off"})
    assert one in feed.content


def test_a_strict_request_is_recorded_whole(terminal: httpx.Client) -> None:
    response = terminal.post("/v1/movements", json=[drop_off(1), drop_off(2)], headers=STRICT)
    assert statuses(response) == ["recorded", "recorded"]
    assert response.headers["preference-applied"] == "handling=strict"


def test_a_strict_request_with_a_refusal_leaves_nothing_behind_and_tells_every_problem(
    terminal: httpx.Client,
) -> None:
    terminal.post("/v1/movements", json=drop_off(1))
    good, other = drop_off(2), drop_off(3, site="330106-X001")
    said = [good, drop_off(1, channel="fleet"), other, drop_off(4, channel="x", mass=1)]
    response = terminal.post("/v1/movements", json=said, headers=STRICT)
    assert response.status_code == 422
    problem = response.json()
    assert problem["code"] == "batch_refused"
    assert {(one["pointer"], one["code"]) for one in problem["errors"]} == {
        ("/1", "id_reused"),
        ("/2/site", "not_your_site"),
        ("/3/channel", "not_in_list"),
        ("/3/mass", "unknown_field"),
    }
    assert nobody_recorded(terminal, good, other)
    assert statuses(terminal.post("/v1/movements", json=[good], headers=STRICT)) == ["recorded"]
