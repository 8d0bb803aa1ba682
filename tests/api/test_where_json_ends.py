"""Is it told where a body stops being JSON, and nothing of what stands there?"""

import re
from typing import Any

import httpx
import pytest

from custody.api.slices import NESTING_MAX
from tests.api.conftest import ORGANISATION, Service
from tests.api.engines import on_sqlite
from tests.api.movements import drop_off

pytestmark = on_sqlite

SECRET = "ZHANG-SAN-13800138000"
HEAD = f'{{"note": "{SECRET} 周敏",\n "a": '.encode()
JSON = {"Content-Type": "application/json", "Accept-Language": "en"}
ROUTES = [
    ("terminal", "POST", "/v1/movements"),
    ("admin", "PUT", f"/v1/organisations/{ORGANISATION}"),
    ("operator", "POST", "/epcis/capture"),
    ("operator", "POST", "/epcis/events"),
    ("operator", "POST", "/epcis/queries"),
    ("integrator", "POST", "/v1/exports"),
    ("integrator", "POST", "/v1/subscriptions"),
]


@pytest.mark.parametrize(("role", "method", "path"), ROUTES)
def test_every_route_that_takes_json_tells_where(
    service: Service, terminal: httpx.Client, role: Any, method: str, path: str
) -> None:
    bound = {"organisation": ORGANISATION} if role == "operator" else {}
    client = terminal if role == "terminal" else service.client(role, **bound)
    wrong = {
        "not_json": (HEAD + b"NaN}", len(HEAD)),
        "too_deep": (HEAD + b"[" * 300 + b"]" * 300 + b"}", len(HEAD) + NESTING_MAX - 1),
    }
    for code, (body, after) in wrong.items():
        answer = client.request(method, path, content=body, headers=JSON)
        assert (answer.status_code, answer.json()["code"]) == (400, "invalid_json"), answer.text
        (error,) = answer.json()["errors"]
        assert (error["pointer"], error["code"]) == ("", code)
        assert re.search(f"after {after} bytes, in line 2[., ]", error["detail"], re.IGNORECASE)
        assert SECRET not in answer.text


@pytest.mark.parametrize("media_type", ["application/json", "application/x-ndjson"])
def test_of_many_it_is_told_where_in_the_whole_body(
    terminal: httpx.Client, media_type: str
) -> None:
    good = httpx.Request("POST", "http://a", json=drop_off(1)).content
    wrong = b'{"id": ' + b"[" * NESTING_MAX + b"]" * NESTING_MAX + b"}"
    begin, between, end = (b"[", b",\n", b"]") if media_type == JSON["Content-Type"] else (
        b"", b"\n\n", b"")  # fmt: skip
    body = begin + between.join([good, wrong, good, wrong]) + end
    headers = {**JSON, "Content-Type": media_type}
    results = terminal.post("/v1/movements", content=body, headers=headers).json()["results"]
    first = body.index(wrong)
    for place, result in ((first, results[1]), (body.index(wrong, first + 1), results[3])):
        (error,) = result["problem"]["errors"]
        after = place + wrong.index(b"]") - 1
        line = 1 + body.count(b"\n", 0, place)
        assert error["detail"].startswith(f"After {after} bytes, in line {line}, ")
