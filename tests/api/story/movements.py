"""What happens to a battery, and what is known of it then?"""

from datetime import timedelta
from typing import Any

import orjson

from custody.api.bodies import NDJSON
from custody.terms import millis, rfc3339
from tests.api.movements import MORNING, movement_id
from tests.api.story.asking import (
    CONSIGNMENT,
    PACK,
    POINT,
    RECYCLER,
    Asked,
    Scene,
    Telling,
    get,
    post,
)

EVERY_MIN = 5
"""So many minutes lie between one movement and the next."""


def chapter(_: Scene) -> Telling:
    """Take a battery in, look at it, send it on; the recycler receives it."""
    described = {"code": PACK, "chemistry": "lfp", "mass_g": 8_700, "condition": ["intact"]}
    came = told(1, "drop_off", battery=described, channel="walk_in", capture="scanned")
    yield recorded(came)
    yield recorded(came, name="drop_off_again")
    yield recorded(told(2, "inspect", battery=PACK, verdict="pass", open_circuit_voltage_mv=51_200))
    yield recorded(told(3, "store", batteries=[PACK], place="A-1", **{"class": "normal"}))
    yield get("list_batteries", "/v1/batteries?state=in_stock")
    yield recorded(
        told(
            4, "dispatch", consignment=CONSIGNMENT, batteries=[PACK], to_site=RECYCLER,
            carrier="91330106YY00000368", vehicle="浙A·12345", seals=["S-1"],
        )
    )  # fmt: skip
    yield get("list_expected", f"/v1/sites/{RECYCLER}/expected")
    yield recorded(told(5, "receive", RECYCLER, consignment=CONSIGNMENT, accepted=[PACK]))
    yield recorded(told(6, "void", target=movement_id(3), reason="扫错了"))
    battery = f"/v1/batteries/{PACK}"
    yield get("find_battery", battery)
    yield get("tell_history", f"{battery}/history")
    yield get("tell_history", f"{battery}/history", headers={"Accept": NDJSON})
    yield get("list_consignments", f"/v1/consignments?to_site={RECYCLER}")
    yield get("find_consignment", f"/v1/consignments/{CONSIGNMENT.replace('/', '%2F')}")
    yield get("find_movement", f"/v1/movements/{movement_id(1)}")


def told(number: int, type_: str, site: str = POINT, /, **fields: Any) -> dict[str, Any]:
    """Return a movement of that number."""
    at = rfc3339(millis(MORNING + timedelta(minutes=EVERY_MIN * number)))
    return {"id": movement_id(number), "type": type_, "occurred_at": at, "site": site, **fields}


def recorded(movement: dict[str, Any], **more: Any) -> Asked:
    """Have one recorded by a terminal of its site."""
    named = {"name": movement["type"], "by": movement["site"], **more}
    return post("record_movements", "/v1/movements", movement, **named)


def recorded_together(name: str, *movements: dict[str, Any], lines: bool = False) -> Asked:
    """Have several of one site recorded at once, as an array or a line each."""
    more = {"name": name, "by": movements[0]["site"]}
    if not lines:
        return post("record_movements", "/v1/movements", [*movements], **more)
    text = "".join(orjson.dumps(one).decode() + "\n" for one in movements)
    return post("record_movements", "/v1/movements", text, sent=NDJSON, **more)
