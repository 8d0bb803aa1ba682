"""Does a running service keep CONTRACT.md: its example, its errors, its lists and headers?"""

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from tests.asking import client_of
from tests.process.network import KINDS, POINTS, Network, founded, key
from tests.process.server import Server, serving
from tests.process.terminals import drop_off
from tests.shared import shared

MOVEMENTS = "/v1/movements"
A_HASH = "0" * 64
PROBLEM = {"type", "title", "status", "detail", "code", "request_id"}
FIELD = {"pointer", "code", "detail"}


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    with serving(f"sqlite:///{tmp_path_factory.mktemp('contract')}/custody.db") as served:
        yield served


@pytest.fixture(scope="module")
def network(server: Server) -> Network:
    return founded(server)


@pytest.fixture(scope="module")
def terminal(server: Server, network: Network) -> Iterator[httpx.Client]:
    with asking(server, network.terminals[POINTS[0]]) as client:
        yield client


@pytest.fixture(scope="module")
def auditor(server: Server, network: Network) -> Iterator[httpx.Client]:
    with asking(server, network.auditor) as client:
        yield client


def asking(server: Server, key: str) -> httpx.Client:
    return client_of(
        server.url, **{"Authorization": f"Bearer {key}", "Content-Type": "application/json"}
    )


def contract() -> str:
    """Read the contract where it lies, or skip and say how to provide it."""
    return shared("CONTRACT.md").read_text()


def example() -> dict[str, Any]:
    """The movement that the contract shows, with a hash where it says that there is one."""
    found = re.search(r"^```json\n(.*?)^```$", contract(), re.MULTILINE | re.DOTALL)
    assert found, "the contract shows a movement"
    movement: dict[str, Any] = json.loads(found[1].replace("<sha-256 hex>", A_HASH))
    return movement


def test_the_movement_that_the_contract_shows_is_recorded_once(
    terminal: httpx.Client, auditor: httpx.Client
) -> None:
    movement = example()
    assert movement["site"] == POINTS[0]
    first = terminal.post(MOVEMENTS, json=movement)
    assert first.status_code == 201, first.text
    told = first.json()
    assert told["status"] == "recorded"
    assert told.keys() == {"id", "status", "position", "recorded_at", "remarks"}
    again = terminal.post(MOVEMENTS, json=movement)
    assert again.status_code == 200
    assert again.json() == {**told, "status": "duplicate"}
    assert terminal.post(MOVEMENTS, json={**movement, "channel": "online"}).status_code == 409
    found = auditor.get(f"/v1/movements/{movement['id']}")
    assert found.json() == told
    history = auditor.get(f"/v1/batteries/{movement['battery']['code']}/history")
    assert [fact["data"] for fact in history.json()["items"]] == [movement]


def test_what_is_refused_comes_as_a_problem_that_names_fields(terminal: httpx.Client) -> None:
    wrong = {**drop_off(1), "channel": "by_boat", "colour": "red"}
    english = terminal.post(MOVEMENTS, json=wrong, headers={"Accept-Language": "en"})
    chinese = terminal.post(MOVEMENTS, json=wrong, headers={"Accept-Language": "zh"})
    for refused in (english, chinese):
        assert refused.status_code == 422
        assert refused.headers["Content-Type"] == "application/problem+json"
        told = refused.json()
        assert told.keys() == PROBLEM | {"errors"}
        assert told["status"] == 422
        assert all(error.keys() == FIELD for error in told["errors"])
        assert {error["pointer"] for error in told["errors"]} == {"/channel", "/colour"}
    assert english.json()["code"] == chinese.json()["code"]
    for said in ("title", "detail"):
        assert english.json()[said] != chinese.json()[said]


@pytest.mark.parametrize(
    ("status", "body"),
    [
        (400, b"{"),
        (403, drop_off(2) | {"site": POINTS[1]}),
        (413, [drop_off(2)] * 1_001),
        (413, b" " * 4_194_305),
        (422, drop_off(2) | {"occurred_at": "2999-01-01T00:00:00Z"}),
    ],
    ids=["no JSON", "the site of another", "too many", "too large", "too early"],
)
def test_a_refusal_says_why_and_leaves_nothing_behind(
    terminal: httpx.Client, auditor: httpx.Client, status: int, body: Any
) -> None:
    before = auditor.get("/v1/facts?limit=1000").json()
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    refused = terminal.post(MOVEMENTS, content=content)
    assert refused.status_code == status, refused.text
    assert refused.json().keys() >= PROBLEM
    assert auditor.get("/v1/facts?limit=1000").json() == before


def test_a_site_that_nobody_registered_cannot_post(server: Server, network: Network) -> None:
    stranger = "330106-9999"
    with asking(server, key(server.database_url, "terminal", stranger)) as client:
        refused = client.post(MOVEMENTS, json=drop_off(3) | {"site": stranger})
    assert (refused.status_code, refused.json()["code"]) == (404, "site_unknown")


def test_nothing_but_health_is_told_without_a_key(server: Server) -> None:
    for path in ("/healthz", "/readyz"):
        assert server.get(path).status_code == 200
    for path in ("/v1/me", "/v1/sites", "/metrics", "/openapi.json", "/docs", "/v1/nowhere"):
        refused = server.get(path)
        assert refused.status_code == (404 if path == "/v1/nowhere" else 401), path
        assert refused.json().keys() >= PROBLEM


def test_a_list_comes_in_pages_that_lead_to_one_another(
    server: Server, network: Network, auditor: httpx.Client
) -> None:
    path, seen = "/v1/sites?limit=2", []
    while path:
        page = auditor.get(path)
        assert page.status_code == 200, page.text
        assert page.json().keys() <= {"items", "next"}
        seen += [site["site"] for site in page.json()["items"]]
        link = page.links.get("next", {}).get("url", "")
        assert bool(link) == ("next" in page.json())
        if link:
            cursor = auditor.get("/v1/sites", params={"limit": 2, "cursor": page.json()["next"]})
            assert auditor.get(link).json() == cursor.json()
        path = link
    assert sorted(seen) == sorted(KINDS)
    assert auditor.get("/v1/sites?limit=1001").status_code == 422


def test_every_answer_says_how_fresh_it_is(terminal: httpx.Client, auditor: httpx.Client) -> None:
    position = terminal.post(MOVEMENTS, json=drop_off(4)).json()["position"]
    for path in (f"/v1/batteries?at_least={position}", "/v1/batteries/maker:NOBODY", "/v1/nowhere"):
        assert int(auditor.get(path).headers["Custody-Position"]) >= position, path


def test_many_are_answered_in_their_order_or_all_refused_together(
    terminal: httpx.Client, auditor: httpx.Client
) -> None:
    wrong = {**drop_off(6), "channel": "by_boat"}
    many = [drop_off(5), wrong, drop_off(7)]
    strict = terminal.post(MOVEMENTS, json=many, headers={"Prefer": "handling=strict"})
    assert strict.status_code == 422
    assert [error["pointer"] for error in strict.json()["errors"]] == ["/1/channel"]
    assert auditor.get(f"/v1/movements/{many[0]['id']}").status_code == 404
    lines = "\n".join(map(json.dumps, many)).encode()
    told = terminal.post(
        MOVEMENTS,
        content=gzip.compress(lines),
        headers={"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"},
    )
    assert told.status_code == 200, told.text
    results = told.json()["results"]
    assert [one["id"] for one in results] == [one["id"] for one in many]
    assert [one["status"] for one in results] == ["recorded", "refused", "recorded"]
    assert results[1]["problem"].keys() >= PROBLEM
    assert told.json()["position"] == results[2]["position"]
