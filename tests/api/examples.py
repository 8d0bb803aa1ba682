"""What does the story tell of which the document's examples are made, and what was answered?

`python -m tests.api.examples` has it told anew by a real service, and writes down what that said.
"""

import json
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from custody.api import openapi_examples
from custody.codes import make_uscc
from custody.terms import millis, rfc3339
from tests.api.conftest import Service, served
from tests.api.movements import MORNING, movement_id

ORGANISATION = make_uscc("330106", 1)
POINT, RECYCLER = "330106-0007", "330106-R001"
T1 = f"{POINT}-T1"
PACK = "gbt34014:04QPB76836300JE560000001"
CONSIGNMENT = "x:SF-20260301/9"

Step = dict[str, Any]


def steps() -> Iterator[Step]:
    """Yield what is asked, one after another: of which operation, who asks, and with which body."""
    yield _put("organisation", f"organisations/{ORGANISATION}", name="运河回收")
    for site, kind in ((POINT, "collection_point"), (RECYCLER, "recycler")):
        yield _put(
            "site", f"sites/{site}", kind=kind, name="运河站", division="330106",
            organisation=ORGANISATION, capacity_g=2_000_000,
        )  # fmt: skip
    yield _put("terminal", f"terminals/{T1}", site=POINT)
    yield _put("route", "routes/collection_point/recycler", allowed=True)
    described = {"code": PACK, "chemistry": "lfp", "mass_g": 8_700, "condition": ["intact"]}
    yield _post(1, "drop_off", battery=described, channel="walk_in", capture="scanned")
    yield _post(2, "inspect", battery=PACK, verdict="pass", open_circuit_voltage_mv=51_200)
    yield _post(3, "store", batteries=[PACK], place="A-1", **{"class": "normal"})
    yield _post(
        4, "dispatch", consignment=CONSIGNMENT, batteries=[PACK], to_site=RECYCLER,
        carrier="91330106YY00000368", vehicle="浙A·12345", seals=["S-1"],
    )  # fmt: skip
    yield _post(5, "receive", RECYCLER, consignment=CONSIGNMENT, accepted=[PACK])
    yield _post(6, "void", target=movement_id(3), reason="扫错了")
    battery = f"/v1/batteries/{PACK}"
    yield _get("find_battery", battery)
    yield _get("tell_history", f"{battery}/history")
    yield _get("list_batteries", "/v1/batteries?state=in_stock")
    yield _get("tell_inventory", f"/v1/sites/{RECYCLER}/inventory")
    yield _get("tell_ledger", f"/v1/sites/{POINT}/ledger?book=in&from=2026-03-01")
    yield _get("find_consignment", f"/v1/consignments/{CONSIGNMENT.replace('/', '%2F')}")
    yield _get("find_movement", f"/v1/movements/{movement_id(1)}")
    yield _get("find_site", f"/v1/sites/{POINT}")
    yield _get("list_facts", "/v1/facts?types=drop_off,void")


def told(service: Service) -> list[Step]:
    """Have the story told by a service that nobody has told anything yet."""
    clients = {"admin": service.client("admin"), "auditor": service.client("auditor")}
    clients |= {site: service.client("terminal", site) for site in (POINT, RECYCLER)}
    examples, position = [], 0
    for step in steps():
        client = clients[step.pop("by")]
        path = step.pop("path")
        if client is clients["auditor"] and "/movements/" not in path:
            path += f"{'&' if '?' in path else '?'}at_least={position}"
        answer = client.request(step.pop("method"), path, json=step.get("body"))
        assert answer.status_code in (200, 201), answer.text
        position = int(answer.headers["Custody-Position"])
        examples.append({**step, "status": answer.status_code, "answer": answer.json()})
    return examples


def _put(kind: str, path: str, /, **body: Any) -> Step:
    return {
        "operation": f"register_{kind}", "name": body.get("kind", kind), "by": "admin",
        "method": "PUT", "path": f"/v1/{path}", "body": body,
    }  # fmt: skip


def _post(number: int, type_: str, site: str = POINT, /, **fields: Any) -> Step:
    at = rfc3339(millis(MORNING + timedelta(minutes=10 * number)))
    body = {"id": movement_id(number), "type": type_, "occurred_at": at, "site": site, **fields}
    return {
        "operation": "record_movements", "name": type_, "by": site,
        "method": "POST", "path": "/v1/movements", "body": body,
    }  # fmt: skip


def _get(operation: str, path: str) -> Step:
    return {"operation": operation, "name": "told", "by": "auditor", "method": "GET", "path": path}


def main() -> None:
    """Write down what a service says now."""
    with (
        tempfile.TemporaryDirectory() as folder,
        served(f"sqlite:///{folder}/examples.db") as service,
    ):
        text = json.dumps(told(service), ensure_ascii=False, indent=1)
    openapi_examples.PLACE.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
