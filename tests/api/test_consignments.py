"""Does a consignment answer item by item: what left, what arrived, and what was sent back?"""

from typing import Any

import httpx
import pytest

from tests.api.conftest import Service
from tests.api.movements import (
    COLLECTOR,
    CONSIGNMENT,
    RECYCLER,
    battery,
    dispatch,
    drop_off,
    movement,
    receive,
)

RETURN = "x:DH-2"
SECOND_CARRIER = "91330106MA2SECOND1"


@pytest.fixture
def position(service: Service, terminal: httpx.Client) -> str:
    """Two batteries go to the recycler by two carriers; one is rejected and sent back."""
    sent = dispatch(3, [1, 2], seals=["S1"], un_number="3480", packing_instruction="P909")
    handed_on = movement(
        4,
        "hand_on",
        71,
        consignment=CONSIGNMENT,
        from_carrier="91330106MA2CARRIER",
        to_carrier=SECOND_CARRIER,
    )
    terminal.post("/v1/movements", json=[drop_off(1), drop_off(2), sent, handed_on])
    recycler = service.client("terminal", RECYCLER)
    turned_away = [{"battery": battery(2), "reason": "leaking"}]
    took = receive(5, [1], rejected=turned_away, seals=["S1"], seals_intact=True, net_mass_g=0)
    back = dispatch(
        6, [2], site=RECYCLER, to_site=COLLECTOR, consignment=RETURN, returns=CONSIGNMENT
    )
    back["occurred_at"] = movement(6, "dispatch", 90)["occurred_at"]
    return str(recycler.post("/v1/movements", json=[took, back]).json()["position"])


def ask(client: httpx.Client, path: str, position: str) -> Any:
    response = client.get(path, params={"at_least": position})
    assert response.status_code == 200, response.text
    return response.json()


def test_a_consignment_tells_both_halves_and_its_return(
    auditor: httpx.Client, position: str
) -> None:
    found = ask(auditor, f"/v1/consignments/{CONSIGNMENT}", position)
    assert (found["state"], found["returned"], found["returned_in"]) == ("closed", 1, [RETURN])
    assert found["carriers"] == ["91330106MA2CARRIER", SECOND_CARRIER]
    assert (found["seals"], found["seals_received"], found["seals_intact"]) == (
        ["S1"],
        ["S1"],
        True,
    )
    assert (found["net_mass_g"], found["gross_mass_g"]) == (0, None)
    assert found["released_digest"] == found["received_digest"] is not None
    assert [(one["outcome"], one["returned_in"]) for one in found["items"]] == [
        ("accepted", None),
        ("rejected", RETURN),
    ]
    back = ask(auditor, f"/v1/consignments/{RETURN}", position)
    assert (back["state"], back["returns"]) == ("released", CONSIGNMENT)


def test_what_was_handed_on_is_with_the_second_carrier_though_it_was_told_before_it_left(
    auditor: httpx.Client, terminal: httpx.Client
) -> None:
    handed_on = movement(
        2, "hand_on", 71, consignment=CONSIGNMENT, from_carrier="A", to_carrier=SECOND_CARRIER
    )
    posted = terminal.post("/v1/movements", json=[handed_on, drop_off(1), dispatch(3, [1])])
    found = ask(auditor, f"/v1/batteries/{battery(1)}", str(posted.json()["position"]))
    assert (found["state"], found["custodian"]) == ("in_transit", SECOND_CARRIER)
    assert found["consignment"] == CONSIGNMENT


def test_both_ends_of_a_consignment_may_ask_for_it_and_nobody_else(
    service: Service, terminal: httpx.Client, position: str
) -> None:
    path = f"/v1/consignments/{CONSIGNMENT}"
    assert len(ask(terminal, path, position)["items"]) == 2
    assert len(ask(service.client("terminal", RECYCLER), path, position)["items"]) == 2
