"""Who is told of an order, and what?"""

from typing import Any

import httpx
import pytest

from tests.api.conftest import Service
from tests.api.movements import (
    COLLECTOR,
    ELSEWHERE,
    RECYCLER,
    Movement,
    battery,
    drop_off,
    movement,
)

ORDER = "JD-88/1:a"
WINDOW = {"from": "2026-03-01T09:00:00.000Z", "to": "2026-03-01T11:00:00.000Z"}


def step(number: int, name: str, **fields: Any) -> Movement:
    said = {"order": ORDER, "service": "pickup", "step": name, **fields}
    return movement(number, "order", number % 60, **said)


def record(client: httpx.Client, *movements: Movement) -> int:
    response = client.post("/v1/movements", json=[*movements])
    assert [one["status"] for one in response.json()["results"]] == ["recorded"] * len(movements)
    position: int = response.json()["position"]
    return position


def get(client: httpx.Client, path: str, position: int = 0, **asked: str) -> Any:
    response = client.get(path, params={**asked, "at_least": str(position)})
    assert response.status_code == 200, response.text
    return response.json()


@pytest.fixture
def position(terminal: httpx.Client) -> int:
    """An order that was scheduled, and one battery of two that came in under it."""
    return record(
        terminal,
        step(1, "ordered", pieces=2, depositor="person:7f3a", division="330106"),
        step(2, "scheduled", scheduled_for=WINDOW),
        drop_off(3, channel="pickup", order=ORDER),
        step(4, "ordered", order="ORDER-2", service="trade_in", sales_reference="TB-1"),
    )


def test_an_order_is_told_with_what_came_in_under_it(terminal: httpx.Client, position: int) -> None:
    told = get(terminal, f"/v1/orders/{ORDER}", position)
    assert told.pop("batteries") == [
        {
            "battery": battery(3),
            "movement": drop_off(3)["id"],
            "site": COLLECTOR,
            "dropped_off_at": "2026-03-01T01:03:00.000Z",
        }
    ]
    assert told == {
        "order": ORDER,
        "state": "scheduled",
        "site": COLLECTOR,
        "service": "pickup",
        "division": "330106",
        "sales_reference": None,
        "depositor": "person:7f3a",
        "depositor_kind": None,
        "pieces": 2,
        "collected": 1,
        "failure": None,
        "since": "2026-03-01T01:02:00.000Z",
        "ordered_at": "2026-03-01T01:01:00.000Z",
        "scheduled_for": WINDOW,
        "collected_at": None,
        "position": position,
    }


def names(told: Any) -> list[str]:
    return [one["order"] for one in told["items"]]


def test_orders_are_listed_by_what_is_asked(auditor: httpx.Client, position: int) -> None:
    assert names(get(auditor, "/v1/orders", position)) == [ORDER, "ORDER-2"]
    assert names(get(auditor, "/v1/orders", state="scheduled")) == [ORDER]
    assert names(get(auditor, "/v1/orders", service="trade_in", site=COLLECTOR)) == ["ORDER-2"]
    assert names(get(auditor, "/v1/orders", site=RECYCLER)) == []
    assert names(get(auditor, "/v1/orders", due_before="2026-03-01T11:00:00.001Z")) == [ORDER]
    assert names(get(auditor, "/v1/orders", due_before="2026-03-01T11:00:00Z")) == []
    (found,) = get(auditor, "/v1/orders", state="scheduled")["items"]
    assert (found["collected"], found["pieces"]) == (1, 2)


def test_a_list_goes_on_where_its_page_ended(auditor: httpx.Client, position: int) -> None:
    first = get(auditor, "/v1/orders", position, limit="1")
    assert names(first) == [ORDER]
    rest = get(auditor, "/v1/orders", limit="1", cursor=first["next"])
    assert names(rest) == ["ORDER-2"]
    assert "next" not in rest


def test_a_terminal_is_told_of_its_own_site_s_orders(service: Service, position: int) -> None:
    own, other = (service.client("terminal", site) for site in (COLLECTOR, RECYCLER))
    assert names(get(own, "/v1/orders", position, site=COLLECTOR)) == [ORDER, "ORDER-2"]
    for path in ("/v1/orders", f"/v1/orders?site={COLLECTOR}", f"/v1/orders/{ORDER}"):
        assert other.get(path).status_code == 403, path
    assert own.get("/v1/orders").status_code == 403


def test_who_took_in_some_of_an_order_is_told_of_that(
    service: Service, position: int, auditor: httpx.Client
) -> None:
    other = service.client("terminal", ELSEWHERE)
    told = drop_off(7, channel="pickup", order=ORDER, site=ELSEWHERE)
    (result,) = other.post("/v1/movements", json=[told]).json()["results"]
    assert [one["code"] for one in result["remarks"]] == ["order_of_another_site"]
    found = get(other, f"/v1/orders/{ORDER}", result["position"])
    assert [one["battery"] for one in found["batteries"]] == [battery(7)]
    everything = get(auditor, f"/v1/orders/{ORDER}")
    assert everything["collected"] == len(everything["batteries"]) == 2


def test_what_came_in_under_an_order_nobody_reported_is_told(
    terminal: httpx.Client, auditor: httpx.Client
) -> None:
    at = record(terminal, drop_off(1, channel="pickup", order="LATER"))
    told = get(auditor, "/v1/orders/LATER", at)
    assert (told["state"], told["collected"], len(told["batteries"])) == (None, 1, 1)


def test_an_order_that_nobody_heard_of_is_not_found(auditor: httpx.Client) -> None:
    assert auditor.get("/v1/orders/NONE").status_code == 404
    assert auditor.get("/v1/orders/a%20b").status_code == 422


@pytest.mark.parametrize(
    ("fields", "pointer", "code"),
    [
        ({"step": "lost"}, "/step", "not_in_list"),
        ({"service": "walk_in"}, "/service", "not_in_list"),
        ({"order": "a b"}, "/order", "pattern"),
        ({"scheduled_for": {"to": WINDOW["to"]}}, "/scheduled_for/from", "required"),
        (
            {"scheduled_for": {"from": WINDOW["to"], "to": WINDOW["from"]}},
            "/scheduled_for",
            "window_reversed",
        ),
        ({"failure": "rain"}, "/failure", "not_in_list"),
        ({"pieces": -1}, "/pieces", "too_small"),
    ],
)
def test_a_step_that_is_none_is_refused(
    terminal: httpx.Client, fields: dict[str, Any], pointer: str, code: str
) -> None:
    response = terminal.post("/v1/movements", json=step(1, **{"name": "ordered", **fields}))
    assert response.status_code == 422
    (error,) = response.json()["errors"]
    assert (error["pointer"], error["code"]) == (pointer, code)
