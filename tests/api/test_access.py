import re

import httpx
import pytest
from starlette.routing import Route

from custody import keys
from custody.keys import Role
from tests.api.conftest import Service
from tests.api.engines import on_sqlite
from tests.api.movements import (
    COLLECTOR,
    CONSIGNMENT,
    ELSEWHERE,
    RECYCLER,
    battery,
    dispatch,
    drop_off,
    movement_id,
)
from tests.waiting import eventually

OPEN = {"/", "/healthz", "/readyz", "/epcis/context.jsonld", "/v1/exports/x/file"}
UNBOUND: tuple[Role, ...] = ("admin", "terminal", "auditor", "integrator")
"""The roles that the contract names; tests/access asks of all of them, bound to whatever."""


def test_a_key_made_or_revoked_elsewhere_counts_at_once(bare: Service) -> None:
    key, text = keys.create(bare.engine, "auditor")
    client = bare.client(None, Authorization=f"Bearer {text}")
    assert client.get("/v1/me").json()["key"] == key.id
    assert keys.revoke(bare.engine, key.id)
    # Within how long, tests/process/test_workers asks; here only that nobody has to start anew.
    eventually(lambda: client.get("/v1/me").status_code == 401)


@on_sqlite
def test_every_route_but_health_refuses_without_a_good_key(service: Service) -> None:
    key, text = keys.create(service.engine, "admin")
    shown = ["", "Bearer", "Bearer x", f"Bearer {text}x", f"Bearer ck_{key.id}_", f"Basic {text}"]
    shown += ["Bearer ck_unknown_secret", f"bearer {text[:-1]}", "Bearer ck_%00_x", "Bearer 钥匙"]
    stranger = service.client(None)
    routes = [route for route in service.app.routes if isinstance(route, Route)]
    assert len(routes) > 20
    for route in routes:
        path = re.sub(r"\{[^}]*\}", "x", route.path)
        for method in route.methods or ():
            for authorization in shown[: 1 if method == "HEAD" else None]:
                headers = {b"Authorization": authorization.encode()}
                response = stranger.request(method, path, headers=headers)
                closed = path not in OPEN and not path.startswith("/log/")
                assert (response.status_code == 401) == closed, (method, path)
                if closed:
                    assert response.headers["www-authenticate"].startswith("Bearer")


@on_sqlite
def test_a_browser_shows_the_documents_to_whoever_types_a_key(service: Service) -> None:
    _, text = keys.create(service.engine, "integrator")
    browser = service.client(None)
    for path in ("/docs", "/docs/page.js", "/openapi.json", "/asyncapi.json"):
        # Each in a line of its own: where Bearer comes first in one, a browser asks nobody.
        challenges = browser.get(path).headers.get_list("www-authenticate")
        assert challenges == ['Bearer realm="custody"', 'Basic realm="custody"']
        assert browser.get(path, auth=("anyone", text)).status_code == 200
        assert browser.get(path, auth=("anyone", text + "x")).status_code == 401
        assert browser.get(path, headers={"Authorization": "Basic ,"}).status_code == 401
    assert browser.get("/v1/me", auth=("anyone", text)).status_code == 401


@on_sqlite
def test_each_role_may_do_what_is_its_own(service: Service) -> None:
    clients: dict[str, httpx.Client] = {
        role: service.client(role, COLLECTOR if role == "terminal" else None) for role in UNBOUND
    }
    terminal = clients["terminal"]
    position = terminal.post("/v1/movements", json=drop_off(1)).json()["position"]
    everyone: set[Role] = {"admin", "auditor", "integrator", "terminal"}
    readers = everyone - {"terminal"}
    matrix: list[tuple[str, str, set[Role]]] = [
        ("POST", "/v1/movements", {"terminal"}),
        ("PUT", f"/v1/sites/{COLLECTOR}", {"admin"}),
        ("PUT", "/v1/organisations/91330106YY000001XD", {"admin"}),
        ("PUT", "/v1/terminals/t1", {"admin"}),
        ("GET", "/v1/me", everyone),
        ("GET", f"/v1/movements/{movement_id(1)}", everyone),
        ("GET", f"/v1/batteries/{battery(1)}", everyone),
        ("GET", f"/v1/batteries/{battery(1)}/history", everyone),
        ("GET", f"/v1/batteries?site={COLLECTOR}", everyone),
        ("GET", "/v1/batteries", readers),
        ("GET", f"/v1/sites/{COLLECTOR}", everyone),
        ("GET", f"/v1/sites/{COLLECTOR}/inventory", everyone),
        ("GET", f"/v1/sites/{COLLECTOR}/expected", everyone),
        ("GET", f"/v1/sites/{RECYCLER}/inventory", readers),
        ("GET", f"/v1/sites/{RECYCLER}/expected", readers),
        ("GET", f"/v1/consignments?from_site={COLLECTOR}", everyone),
        ("GET", "/v1/consignments", readers),
        ("GET", "/v1/facts", readers),
        ("GET", "/v1/sites", readers),
        ("GET", "/v1/organisations", readers),
        ("GET", "/v1/terminals", readers),
        ("GET", "/metrics", readers),
    ]
    for method, path, allowed in matrix:
        for role, client in clients.items():
            fresh = "" if method != "GET" else f"{'&' if '?' in path else '?'}at_least={position}"
            fresh = "" if path in ("/v1/me", "/metrics") else fresh
            response = client.request(method, path + fresh)
            forbidden = response.status_code == 403
            assert forbidden == (role not in allowed), (role, method, path, response.text)


def test_a_terminal_sees_what_its_site_has_or_is_to_receive(service: Service) -> None:
    collector = service.client("terminal", COLLECTOR)
    recycler = service.client("terminal", RECYCLER)
    stranger = service.client("terminal", ELSEWHERE)
    collector.post("/v1/movements", json=drop_off(1))
    told = collector.post("/v1/movements", json=dispatch(2, [1])).json()
    fresh = {"at_least": told["position"]}
    for path in (f"/v1/batteries/{battery(1)}", f"/v1/batteries/{battery(1)}/history"):
        assert recycler.get(path, params=fresh).status_code == 200
        assert stranger.get(path, params=fresh).status_code == 403
        assert collector.get(path, params=fresh).status_code == 403
        # What it could see when it had the battery it cannot see any more.
        receipt = collector.get(f"/v1/movements/{movement_id(1)}").json()
        then = {**fresh, "known_at": receipt["recorded_at"]}
        assert collector.get(path, params=then).status_code == 403
        assert recycler.get(path, params=then).status_code == 200
    consignment = f"/v1/consignments/{CONSIGNMENT}"
    assert recycler.get(consignment, params=fresh).status_code == 200
    assert collector.get(consignment, params=fresh).status_code == 200
    assert stranger.get(consignment, params=fresh).status_code == 403
    assert stranger.get(f"/v1/movements/{movement_id(1)}").json()["code"] == "not_your_site"


def test_a_number_used_twice_opens_nobody_s_consignment_to_others(service: Service) -> None:
    collector = service.client("terminal", COLLECTOR)
    recycler = service.client("terminal", RECYCLER)
    stranger = service.client("terminal", ELSEWHERE)
    collector.post("/v1/movements", json=dispatch(2, [1]))
    other = {**dispatch(3, [9]), "site": ELSEWHERE, "to_site": ELSEWHERE}
    told = stranger.post("/v1/movements", json=other).json()
    assert "consignment_number_used" in {one["code"] for one in told["remarks"]}
    fresh = {"at_least": told["position"]}

    def seen(client: httpx.Client) -> list[str]:
        answer = client.get(f"/v1/consignments/{CONSIGNMENT}", params=fresh)
        assert answer.status_code == 200, answer.text
        return [item["battery"] for item in answer.json()["items"]]

    assert seen(collector) == seen(recycler) == [battery(1)]
    assert seen(stranger) == [battery(9)]


@pytest.mark.parametrize("role", ["admin", "auditor", "integrator"])
@on_sqlite
def test_a_key_says_whose_it_is(bare: Service, role: Role) -> None:
    told = bare.client(role).get("/v1/me").json()
    assert (told["role"], told["site"], told["terminal"]) == (role, None, None)
