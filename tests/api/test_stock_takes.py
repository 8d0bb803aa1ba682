from typing import Any

import httpx
import pytest

from custody.terms import HOUR
from tests.api.conftest import Service
from tests.api.movements import COLLECTOR, RECYCLER, battery, dispatch, drop_off, movement

TAKES = f"/v1/sites/{COLLECTOR}/stock-takes"
FROZEN = "2026-03-01T11:00:00+08:00"


def count(number: int, minutes: int, *counted: int, **said: Any) -> dict[str, Any]:
    refs = [battery(one) for one in counted]
    return movement(
        number, "stock_take", minutes, counted=refs, frozen_at=FROZEN, operator="op-7", **said
    )


@pytest.fixture
def position(service: Service, terminal: httpx.Client) -> str:
    """Three come in, two of them and a stranger are counted; that one had left is told later."""
    came = [drop_off(number) for number in (1, 2, 3)]
    counted = [
        count(10, 121, take="A/1", step="open"),
        count(11, 122, 1, 9, take="A/1", step="count"),
        count(12, 123, 2, take="A/1", step="close"),
    ]
    terminal.post("/v1/movements", json=[*came, *counted])
    service.clock.now += HOUR
    return str(terminal.post("/v1/movements", json=dispatch(4, [3])).json()["position"])


def test_a_difference_is_told_with_what_has_explained_it(
    auditor: httpx.Client, position: str
) -> None:
    told = auditor.get(f"{TAKES}/A/1", params={"at_least": position}).json()
    assert (told["take"], told["frozen_at"]) == ("A/1", "2026-03-01T03:00:00.000Z")
    assert [step["step"] for step in told["steps"]] == ["open", "count", "close"]
    assert (told["counted"], told["on_book"], told["explained"]) == (3, 2, 1)
    assert told["matched"] == [battery(1), battery(2)]
    (missing,) = told["missing"]
    assert (missing["battery"], missing["at_counting"], missing["now"]) == (battery(3), True, False)
    assert missing["because"]["type"] == "dispatch"
    assert missing["because"]["position"] == int(position)
    (surplus,) = told["surplus"]
    assert (surplus["battery"], surplus["now"], surplus["because"]) == (battery(9), True, None)


def test_as_known_then_it_was_not_explained(auditor: httpx.Client, position: str) -> None:
    then = {"known_at": "2026-03-01T12:30:00+08:00", "at_least": position}
    told = auditor.get(f"{TAKES}/A/1", params=then).json()
    (missing,) = told["missing"]
    assert (missing["now"], missing["because"], told["explained"]) == (True, None, 0)
    assert told["position"] == int(position) - 1


def test_stock_takes_are_listed_the_last_one_first(
    terminal: httpx.Client, auditor: httpx.Client, position: str
) -> None:
    alone = count(20, 170, 1)
    after = terminal.post("/v1/movements", json=alone).json()["position"]
    listed = auditor.get(TAKES, params={"at_least": str(after)}).json()["items"]
    assert [(row["take"], row["movements"]) for row in listed] == [(alone["id"], 1), ("A/1", 3)]
    assert auditor.get(f"{TAKES}/{alone['id']}").json()["matched"] == [battery(1)]
    page = auditor.get(TAKES, params={"limit": "1"})
    assert page.json()["items"] == listed[:1]
    terminal.post("/v1/movements", json=count(21, 171, 1))
    assert auditor.get(page.links["next"]["url"]).json()["items"] == listed[1:]


def test_what_is_not_there_is_not_found(
    service: Service, terminal: httpx.Client, auditor: httpx.Client
) -> None:
    position = terminal.post("/v1/movements", json=drop_off(1)).json()["position"]
    assert auditor.get(TAKES, params={"at_least": str(position)}).json() == {"items": []}
    assert auditor.get(f"{TAKES}/A/1").status_code == 404
    assert auditor.get("/v1/sites/330106-NONE/stock-takes").status_code == 404
    assert auditor.get(TAKES, params={"cursor": "nonsense"}).status_code == 422
    assert terminal.get(f"/v1/sites/{RECYCLER}/stock-takes").status_code == 403


def test_materials_are_balanced_page_by_page(
    service: Service, terminal: httpx.Client, auditor: httpx.Client
) -> None:
    heavy = {"code": battery(1), "chemistry": "nmc", "mass_g": 6_000}
    cells = [{"fraction": "cells", "mass_g": 5_000}]
    copper = [{"material": "copper", "mass_g": 700}]
    said = [
        drop_off(1, battery=heavy),
        movement(2, "dismantle", 100, battery=battery(1), outputs=cells, loss_g=900),
        movement(3, "recover", 110, inputs=cells, outputs=copper, process="hydro"),
    ]
    position = terminal.post("/v1/movements", json=said).json()["position"]
    path = f"/v1/sites/{COLLECTOR}/materials"
    first = auditor.get(path, params={"limit": "1", "at_least": str(position)})
    told = first.json()
    assert told["dismantling"]["verdict"] == "balanced"
    assert (told["dismantling"]["input_min_g"], told["dismantling"]["loss_g"]) == (6_000, 900)
    (fraction,) = told["fractions"]
    assert (fraction["fraction"], fraction["closing_g"]) == ("cells", 0)
    assert told["materials"] == [{"material": "copper", "mass_g": 700}]
    assert {row["metal"]: row["verdict"] for row in told["metals"]}["cu"] == "balanced"
    assert [row["type"] for row in told["items"]] == ["dismantle"]
    rest = auditor.get(first.links["next"]["url"]).json()
    assert [row["type"] for row in rest["items"]] == ["recover"]
    assert rest["dismantling"] == told["dismantling"]
    assert terminal.get(path).status_code == 200
    assert terminal.get(f"/v1/sites/{RECYCLER}/materials").status_code == 403
