from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.api.conftest import Service
from tests.api.movements import battery, drop_off
from tests.postgres import Postgres
from tests.waiting import eventually


@pytest.fixture(scope="module")
def server() -> Iterator[Postgres]:
    """A server of this story's own: it is killed."""
    with Postgres() as server:
        if not server.is_ours:
            pytest.skip("a server that is not ours is not killed")
        yield server


@pytest.fixture
def database_url(server: Postgres) -> str:
    return server.database("away")


def test_while_the_database_is_away_everyone_is_asked_to_come_again(
    service: Service, terminal: httpx.Client, auditor: httpx.Client, server: Postgres
) -> None:
    first = terminal.post("/v1/movements", json=drop_off(1)).json()
    assert auditor.get("/v1/me").status_code == 200
    server.kill()
    paths = ["/readyz", "/v1/facts", "/v1/sites", f"/v1/batteries/{battery(1)}", "/metrics"]
    for path in paths:
        response = auditor.get(path)
        assert (response.status_code, response.json()["code"]) == (503, "unavailable"), path
        assert response.headers["retry-after"] == "1"
    response = terminal.post("/v1/movements", json=drop_off(2))
    assert (response.status_code, response.json()["code"]) == (503, "unavailable")
    assert auditor.get("/healthz").status_code == 200
    server.restart()
    again = answered(lambda: terminal.post("/v1/movements", json=drop_off(2)))
    assert again.status_code in (200, 201)
    known = terminal.post("/v1/movements", json=drop_off(1))
    assert known.json() == {**first, "status": "duplicate"}
    fresh = {"at_least": str(again.json()["position"])}
    found = answered(lambda: auditor.get(f"/v1/batteries/{battery(2)}", params=fresh))
    assert found.status_code == 200


def answered(ask: Callable[[], httpx.Response]) -> httpx.Response:
    """Ask until there is an answer."""
    return eventually(lambda: None if (one := ask()).status_code == 503 else [one])[0]
