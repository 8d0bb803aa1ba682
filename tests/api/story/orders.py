"""Who orders that a battery be fetched, who is behind the order, and who has looked at that?"""

from typing import Any

from tests.api.movements import movement_id
from tests.api.story.asking import ORDER, OTHER, POINT, Scene, Telling, get, post, put
from tests.api.story.movements import recorded, recorded_together, told

WINDOW = {"from": "2026-03-01T02:00:00.000Z", "to": "2026-03-01T04:00:00.000Z"}
DETAILS = {"name": "周敏", "phone": "138 0013 8000", "address": "杭州市文三路 90 号"}


def chapter(_: Scene) -> Telling:
    """Fetch a battery from somebody who is known by a reference only, and who asks afterwards."""
    referred = yield post("refer_depositor", "/v1/depositors", {"phone": "13800138000"}, by=POINT)
    depositor = referred.json()["depositor"]
    person = f"/v1/depositors/{depositor}"
    yield put("put_depositor", person, {"name": DETAILS["name"]}, by=POINT, name="first")
    yield put("put_depositor", person, DETAILS, by=POINT, name="changed")
    yield get("tell_depositor", person)
    yield recorded(
        _step(7, "ordered", pieces=1, depositor=depositor, division="330106"), name="order"
    )
    yield recorded(_step(8, "scheduled", scheduled_for=WINDOW), name="order_scheduled")
    described = {"code": OTHER, "chemistry": "lfp", "mass_g": 9_100}
    came = told(
        9, "drop_off", battery=described, channel="pickup", order=ORDER, depositor=depositor
    )
    alike = told(10, "inspect", battery=OTHER, verdict="pass", open_circuit_voltage_mv=52_000)
    yield recorded_together("many", came, {**alike, "verdict": "perhaps"})
    yield recorded_together("lines", alike, _step(11, "collected"), lines=True)
    yield get("list_orders", "/v1/orders?state=collected")
    yield get("find_order", f"/v1/orders/{ORDER}")
    yield get("list_looks", "/v1/access-log?action=read_depositor", by="admin")
    numbers = {"kind": "tags", "site": POINT, "count": 3}
    for name in ("given", "given_again"):
        yield put(
            "issue_numbers", f"/v1/number-books/{movement_id(12)}", numbers, by=POINT, name=name
        )
    yield get("list_number_books", f"/v1/number-books?site={POINT}")


def _step(number: int, name: str, **fields: Any) -> dict[str, Any]:
    return told(number, "order", order=ORDER, service="pickup", step=name, **fields)
