from typing import Any

import httpx
import orjson
import pytest

from custody.api import freshness
from custody.terms import DAY
from tests.api.conftest import ORGANISATION, Service
from tests.api.engines import on_sqlite
from tests.api.movements import (
    COLLECTOR,
    CONSIGNMENT,
    RECYCLER,
    battery,
    dispatch,
    drop_off,
    movement,
    movement_id,
    receive,
)


@pytest.fixture
def position(service: Service, terminal: httpx.Client) -> str:
    """Three batteries come in, two go to the recycler, one is taken; then the position."""
    heavy = {"code": battery(1), "chemistry": "lfp", "mass_g": 8_700}
    came = [drop_off(1, battery=heavy), drop_off(2), drop_off(3), dispatch(4, [1, 2])]
    terminal.post("/v1/movements", json=came)
    recycler = service.client("terminal", RECYCLER)
    said = receive(5, [1], rejected=[{"battery": battery(2), "reason": "damaged"}])
    return str(recycler.post("/v1/movements", json=said).json()["position"])


def ask(client: httpx.Client, path: str, position: str, **params: str) -> Any:
    response = client.get(path, params={**params, "at_least": position})
    assert response.status_code == 200, response.text
    assert int(response.headers["custody-position"]) >= int(position)
    return response.json()


def test_a_battery_says_where_it_is_and_who_answers_for_it(
    auditor: httpx.Client, position: str
) -> None:
    found = ask(auditor, f"/v1/batteries/{battery(1)}", position)
    assert found["state"] == "in_stock"
    assert (found["site"], found["custodian"]) == (RECYCLER, ORGANISATION)
    assert (found["chemistry"], found["mass_g"]) == ("lfp", 8_700)
    assert (found["version"], found["position"]) == (3, int(position))
    assert found["codes"] == [battery(1)]
    assert auditor.get("/v1/batteries/maker:NOBODY").status_code == 404


def test_a_code_may_have_slashes_and_lower_case_letters(
    terminal: httpx.Client, auditor: httpx.Client
) -> None:
    said = drop_off(1, battery={"code": "maker:AB/12?3"})
    position = terminal.post("/v1/movements", json=said).json()["position"]
    found = ask(auditor, "/v1/batteries/maker:ab%2F12%3F3", position)
    assert found["ref"] == "maker:AB/12?3"
    history = ask(auditor, "/v1/batteries/maker:AB%2F12%3F3/history", position)
    assert len(history["items"]) == 1


def test_a_history_tells_every_fact_late_and_voided_ones_marked(
    terminal: httpx.Client, auditor: httpx.Client, position: str
) -> None:
    early = movement(6, "inspect", battery=battery(3), verdict="pass")
    wrong = movement(7, "void", 100, target=early["id"])
    for said in (early, wrong):
        assert terminal.post("/v1/movements", json=said).status_code == 201
    path = f"/v1/batteries/{battery(3)}/history"
    items = ask(auditor, path, position)["items"]
    told = [(one["type"], one["late"], one["voided_by"]) for one in items]
    assert told == [
        ("inspect", True, movement_id(7)),
        ("drop_off", False, None),
        ("void", False, None),
    ]
    assert items[0]["data"] == early
    recorded = ask(auditor, path, position, order="recorded")["items"]
    assert [one["type"] for one in recorded] == ["drop_off", "inspect", "void"]
    assert ask(auditor, path, position, known_at="2026-01-01T00:00:00Z")["items"] == []
    until = ask(auditor, path, position, as_of="2026-03-01T09:02:00+08:00")["items"]
    assert [one["type"] for one in until] == ["inspect", "void"]
    lines = auditor.get(path, headers={"Accept": "application/x-ndjson"})
    assert [orjson.loads(line) for line in lines.content.splitlines()] == items
    whole = auditor.get(path, headers={"Accept": "application/x-ndjson;q=0, */*"})
    assert whole.json()["items"] == items


def test_a_site_tells_what_it_holds_now_and_as_of_an_instant(
    auditor: httpx.Client, position: str
) -> None:
    path = f"/v1/sites/{COLLECTOR}/inventory"
    now = ask(auditor, path, position)
    assert (now["pieces"], now["mass_g"], now["mass_unknown_pieces"]) == (1, 0, 1)
    then = ask(auditor, path, position, as_of="2026-03-01T10:00:00+08:00")
    assert (then["pieces"], then["mass_g"], then["mass_unknown_pieces"]) == (3, 8_700, 2)
    assert sum(row["pieces"] for row in then["rows"]) == 3
    assert auditor.get("/v1/sites/330106-NONE/inventory").status_code == 404


def test_a_consignment_tells_what_left_against_what_arrived(
    auditor: httpx.Client, position: str
) -> None:
    found = ask(auditor, f"/v1/consignments/{CONSIGNMENT}", position)
    assert (found["released"], found["accepted"], found["rejected"]) == (2, 1, 1)
    assert found["state"] == "part_received"
    assert {one["battery"]: one["outcome"] for one in found["items"]} == {
        battery(1): "accepted",
        battery(2): "rejected",
    }
    (listed,) = ask(auditor, "/v1/consignments", position, to_site=RECYCLER)["items"]
    assert listed == {name: found[name] for name in listed}
    assert auditor.get("/v1/consignments/x:NONE").status_code == 404


def test_what_is_on_its_way_is_expected_and_may_be_overdue(
    service: Service, terminal: httpx.Client, auditor: httpx.Client
) -> None:
    terminal.post("/v1/movements", json=drop_off(1))
    due = {"expected_at": "2026-03-01T12:30:00+08:00"}
    position = terminal.post("/v1/movements", json=dispatch(2, [1], **due)).json()["position"]
    (expected,) = ask(auditor, f"/v1/sites/{RECYCLER}/expected", position)["items"]
    assert (expected["no"], expected["state"]) == (CONSIGNMENT, "released")
    assert ask(auditor, "/v1/consignments", position, overdue="true")["items"] == []
    service.clock.now += DAY
    assert ask(auditor, "/v1/consignments", position, overdue="true")["items"] == [expected]


def test_batteries_are_listed_by_what_is_asked_of_them(
    service: Service, auditor: httpx.Client, position: str
) -> None:
    def refs(**params: str) -> list[str]:
        items = ask(auditor, "/v1/batteries", position, **params)["items"]
        return [one["ref"] for one in items]

    assert refs() == [battery(1), battery(2), battery(3)]
    assert refs(site=COLLECTOR) == [battery(3)]
    assert refs(state="in_transit") == [battery(2)]
    assert refs(chemistry="lfp") == [battery(1)]
    assert refs(grade="A") == []
    assert refs(held_longer_than="P1D") == []
    service.clock.now += 2 * DAY
    assert refs(held_longer_than="P1DT1H") == [battery(1), battery(3)]


def test_a_list_goes_on_where_its_page_ended_and_only_there(
    auditor: httpx.Client, position: str
) -> None:
    first = auditor.get("/v1/batteries", params={"limit": "2", "at_least": position})
    told = first.json()
    assert [one["ref"] for one in told["items"]] == [battery(1), battery(2)]
    second = auditor.get(first.links["next"]["url"])
    assert second.json()["items"] == ask(auditor, "/v1/batteries", position)["items"][2:]
    assert "next" not in second.json()
    assert "link" not in second.headers
    for path, cursor in (
        ("/v1/batteries?state=in_stock&", told["next"]),
        ("/v1/sites?", told["next"]),
        ("/v1/batteries?", "nonsense"),
        ("/v1/batteries?", "W10"),
        ("/v1/batteries?", "é"),
        ("/v1/batteries?", ""),
    ):
        response = auditor.get(f"{path}cursor={cursor}")
        assert (response.status_code, response.json()["code"]) == (422, "cursor_invalid"), path


def test_the_feed_is_the_ledger_in_its_order(auditor: httpx.Client, position: str) -> None:
    seen: list[dict[str, Any]] = []
    params = {"limit": "3", "at_least": position}
    while True:
        page = auditor.get("/v1/facts", params=params).json()
        seen += page["items"]
        if "next" not in page:
            break
        params["after"] = str(page["next"])
    assert [one["position"] for one in seen] == list(range(1, int(position) + 1))
    assert [one["type"] for one in seen[-2:]] == ["dispatch", "receive"]
    assert seen[0]["type"] == "organisation_registered"
    assert seen[0]["id"] is None
    only = ask(auditor, "/v1/facts", position, types="dispatch,receive", limit="1")
    assert [one["id"] for one in only["items"]] == [movement_id(4)]
    assert only["items"][0]["occurred_at"] == "2026-03-01T02:10:00.000Z"
    assert only["next"] == int(position) - 1
    assert auditor.get("/v1/facts?types=dispatch,nonsense").json()["code"] == "invalid_parameters"


@on_sqlite
def test_a_parameter_that_is_not_known_is_not_another_question(auditor: httpx.Client) -> None:
    response = auditor.get("/v1/batteries?sites=330106-0007&limit=5")
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, "unknown_parameter")
    assert problem["errors"][0]["pointer"] == "/sites"
    assert "site, state" in problem["errors"][0]["detail"]
    for query in ("limit=0", "limit=1001", "limit=x", "at_least=-1", "at_least=" + "9" * 5_000):
        response = auditor.get(f"/v1/batteries?{query}")
        problem = response.json()
        assert (response.status_code, problem["code"]) == (422, "invalid_parameters"), query
        assert problem["errors"][0]["pointer"] == f"/{query.partition('=')[0]}"


@on_sqlite
def test_a_parameter_that_is_given_twice_is_not_answered_by_one_of_them(
    auditor: httpx.Client,
) -> None:
    response = auditor.get("/v1/batteries?limit=5&state=lost&state=missing")
    problem = response.json()
    assert (response.status_code, problem["code"]) == (422, "invalid_parameters")
    assert [(one["pointer"], one["code"]) for one in problem["errors"]] == [
        ("/state", "given_twice")
    ]
    for query in ("state=gone", "site=x", "held_longer_than=P", "grade=%00", "chemistry="):
        assert auditor.get(f"/v1/batteries?{query}").status_code == 422, query
    for moment in ("now", "1700000000", "2026-03-01T09:00:00 08:00", "2026-03-01T09:00:00"):
        response = auditor.get(f"/v1/sites/{COLLECTOR}/inventory", params={"as_of": moment})
        assert response.json()["errors"][0]["code"] == "not_an_instant", moment


@on_sqlite
def test_an_answer_that_would_be_too_old_is_not_given(
    auditor: httpx.Client, position: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(freshness.Tide.reaches, "__defaults__", (0.1,))
    for path in ("/v1/batteries", "/v1/facts"):
        response = auditor.get(path, params={"at_least": str(int(position) + 1)})
        assert (response.status_code, response.json()["code"]) == (503, "not_there_yet")
        assert response.headers["retry-after"] == "1"


def test_whoever_operates_the_service_sees_how_far_it_is(service: Service, position: str) -> None:
    stranger = service.client(None)
    assert stranger.get("/healthz").json() == {"status": "ok"}
    ready = stranger.get("/readyz").json()
    assert (ready["status"], ready["position"]) == ("ready", int(position))
    metrics = service.client("integrator").get("/metrics")
    assert f"custody_position {position}\n" in metrics.text
    assert metrics.headers["content-type"].startswith("text/plain")
