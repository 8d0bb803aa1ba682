from typing import Any

import httpx

from tests.api.conftest import ORGANISATION, Service, put
from tests.api.engines import on_sqlite
from tests.api.movements import COLLECTOR, RECYCLER, dispatch, drop_off

SITE = "/v1/sites/330106-0099"
ROUTE = "/v1/routes/collection_point/recycler"
BODY: dict[str, Any] = {
    "kind": "collection_point",
    "name": "拱宸桥站",
    "division": "330106",
    "organisation": ORGANISATION,
    "capacity_g": 500_000,
    "location": {"lon": 120.13, "lat": 30.32},
}


def test_a_site_is_registered_changed_and_left_as_it_is(service: Service) -> None:
    admin = service.client("admin")
    first = admin.put(SITE, json=BODY)
    assert (first.status_code, first.json()["status"]) == (201, "registered")
    again = admin.put(SITE, json=BODY)
    assert (again.status_code, again.json()["status"]) == (200, "unchanged")
    assert again.json()["position"] == first.json()["position"]
    changed = admin.put(SITE, json={**BODY, "name": "新站"})
    assert (changed.status_code, changed.json()["status"]) == (200, "changed")
    fresh = {"at_least": changed.json()["position"]}
    found = admin.get(SITE, params=fresh)
    assert found.json() == {"site": "330106-0099", **BODY, "name": "新站", "licences": []}


def test_the_ledger_keeps_whose_key_registered_it(service: Service) -> None:
    admin = service.client("admin")
    position = admin.put(SITE, json=BODY).json()["position"]
    (record,) = service.app.state.desk.ledger.since(position - 1, 1)
    assert record.posted_by == admin.get("/v1/me").json()["key"]


def test_the_registry_answers_as_of_an_instant(service: Service) -> None:
    admin = service.client("admin")
    admin.put(SITE, json={**BODY, "active_from": "2026-01-01T00:00:00+08:00"})
    later = {**BODY, "name": "新站", "active_from": "2026-02-01T00:00:00+08:00"}
    position = admin.put(SITE, json=later).json()["position"]
    names = {}
    for day in ("2025-12-31", "2026-01-31", "2026-02-02"):
        params = {"as_of": f"{day}T00:00:00+08:00", "at_least": str(position)}
        response = admin.get(SITE, params=params)
        names[day] = response.json().get("name", response.status_code)
    assert names == {"2025-12-31": 404, "2026-01-31": "拱宸桥站", "2026-02-02": "新站"}


def test_the_registry_is_listed_in_pages(service: Service) -> None:
    admin = service.client("admin")
    position = admin.put(SITE, json=BODY).json()["position"]
    seen: list[str] = []
    path, params = "/v1/sites", {"limit": "2", "at_least": str(position)}
    while True:
        page = admin.get(path, params=params)
        seen += [one["site"] for one in page.json()["items"]]
        if "next" not in page.json():
            break
        params = {**params, "cursor": page.json()["next"]}
    assert seen == sorted(seen)
    assert len(seen) == 4
    assert admin.get("/v1/organisations").json()["items"][0]["uscc"] == ORGANISATION


@on_sqlite
def test_what_a_registration_may_not_say(service: Service) -> None:
    admin = service.client("admin")
    wrong: list[tuple[str, Any, int, list[tuple[str, str]]]] = [
        (SITE, {}, 422, [(f"/{name}", "required") for name in list(BODY)[:4]]),
        (SITE, {**BODY, "site": "330106-0099"}, 422, [("/site", "unknown_field")]),
        (SITE, {**BODY, "type": "site_registered"}, 422, [("/type", "unknown_field")]),
        (SITE, [], 422, [("", "wrong_type")]),
        (SITE, {**BODY, "kind": "shed"}, 422, [("/kind", "not_in_list")]),
        (SITE, {**BODY, "location": {"lon": 181, "lat": 0}}, 422, [("/location/lon", "too_big")]),
        ("/v1/sites/here", BODY, 422, [("/site", "pattern")]),
        ("/v1/organisations/x", {"name": "n"}, 422, [("/uscc", "code_length")]),
        ("/v1/terminals/t1", {"site": "330106-NONE"}, 422, [("/site", "site_unknown")]),
        (SITE, {**BODY, "division": "990000"}, 422, [("/division", "division_unknown")]),
        (SITE, {**BODY, "division": "330109"}, 422, [("/division", "division_differs")]),
        ("/v1/sites/990000-0001", BODY, 422, [("/site", "division_unknown")]),
        ("/v1/routes/recycler/shed", {}, 422, [("/to_kind", "not_in_list")]),
        (ROUTE, {"division": "99"}, 422, [("/division", "division_unknown")]),
        (ROUTE, {"division": "330"}, 422, [("/division", "pattern")]),
        (ROUTE, {"to_kind": "recycler"}, 422, [("/to_kind", "unknown_field")]),
        (ROUTE, {"allowed": "yes"}, 422, [("/allowed", "wrong_type")]),
    ]
    for path, body, status, expected in wrong:
        response = admin.put(path, json=body)
        errors = [(one["pointer"], one["code"]) for one in response.json()["errors"]]
        assert (response.status_code, errors) == (status, expected), (path, body)
    unknown = {**BODY, "organisation": "91330106YY000009X6"}
    assert admin.put(SITE, json=unknown).status_code == 422
    text = httpx.Headers({"Content-Type": "application/json"})
    assert admin.put(SITE, content=b"{", headers=text).status_code == 400
    assert admin.put(SITE, content=b"[" * 100_000, headers=text).status_code == 400


@on_sqlite
def test_a_terminal_is_registered_for_its_site(service: Service) -> None:
    admin = service.client("admin")
    response = admin.put("/v1/terminals/t-1", json={"site": COLLECTOR})
    assert response.status_code == 201
    fresh = {"at_least": response.json()["position"]}
    assert admin.get("/v1/terminals/t-1", params=fresh).json() == {
        "terminal": "t-1",
        "site": COLLECTOR,
    }
    assert admin.get("/v1/terminals/t-2").status_code == 404


def test_a_route_is_opened_closed_and_left_as_it_is(service: Service) -> None:
    admin = service.client("admin")
    first = admin.put(ROUTE, json={})
    assert first.status_code == 201
    assert first.json() == {
        "party": "route:collection_point/recycler",
        "status": "registered",
        "position": first.json()["position"],
    }
    again = admin.put(ROUTE, json={"allowed": True})
    assert (again.status_code, again.json()["status"]) == (200, "unchanged")
    closed = admin.put(ROUTE, json={"allowed": False})
    assert (closed.status_code, closed.json()["status"]) == (200, "changed")
    # A division's is another route than the whole country's.
    county = admin.put(ROUTE, json={"division": "330106"})
    assert (county.status_code, county.json()["party"]) == (
        201,
        "route:collection_point/recycler/330106",
    )


def test_the_routes_are_listed_in_pages_as_of_an_instant(service: Service) -> None:
    admin = service.client("admin")
    opened = {"active_from": "2026-02-01T00:00:00+08:00"}
    for division in ("33", "3301", "330106"):
        put(admin, ROUTE, division=division, **opened)
    position = put(admin, "/v1/routes/recycler/external", allowed=False).json()["position"]
    seen: list[dict[str, Any]] = []
    params = {"limit": "2", "at_least": str(position)}
    while True:
        page = admin.get("/v1/routes", params=params)
        seen += page.json()["items"]
        if "next" not in page.json():
            break
        params = {**params, "cursor": page.json()["next"]}
    skip = {"from_kind": "collection_point", "to_kind": "recycler", "allowed": True}
    assert [{name: one[name] for name in one if name != "active_from"} for one in seen] == [
        {**skip, "division": "33"},
        {**skip, "division": "3301"},
        {**skip, "division": "330106"},
        {"from_kind": "recycler", "to_kind": "external", "allowed": False},
    ]
    early = {"as_of": "2026-01-31T00:00:00+08:00", "at_least": str(position)}
    listed = admin.get("/v1/routes", params=early).json()["items"]
    assert [one["from_kind"] for one in listed] == ["recycler"]


@on_sqlite
def test_a_route_that_is_opened_counts_for_the_next_movement(service: Service) -> None:
    admin = service.client("admin")
    recycler = {**BODY, "kind": "recycler", "name": "再生厂"}
    assert admin.put(f"/v1/sites/{RECYCLER}", json=recycler).status_code == 200
    terminal = service.client("terminal", COLLECTOR)
    for number in (1, 2):
        terminal.post("/v1/movements", json=drop_off(number))

    def codes(number: int) -> set[str]:
        sent = dispatch(10 + number, [number], consignment=f"x:{number}")
        told = terminal.post("/v1/movements", json=sent).json()
        return {one["code"] for one in told["remarks"]}

    assert "skipped_tier" in codes(1)
    put(admin, ROUTE, division="3301")
    assert "skipped_tier" not in codes(2)


@on_sqlite
def test_only_administrators_open_routes_and_terminals_see_none(service: Service) -> None:
    assert service.client("auditor").put(ROUTE, json={}).status_code == 403
    assert service.client("auditor").get("/v1/routes").status_code == 200
    assert service.client("terminal", COLLECTOR).get("/v1/routes").status_code == 403


@on_sqlite
def test_lead_acid_is_refused_with_its_reason(service: Service) -> None:
    terminal = service.client("terminal", COLLECTOR)
    sent = dispatch(2, [1], un_number="2794")
    refused = terminal.post("/v1/movements", json=sent, headers={"Accept-Language": "zh"})
    assert refused.status_code == 422
    (error,) = refused.json()["errors"]
    assert (error["pointer"], error["code"]) == ("/un_number", "un_lead_acid")
    assert "铅酸" in error["detail"]
