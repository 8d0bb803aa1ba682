"""What does the story tell of which the document's examples are made, and what was answered?

`python -m tests.api.examples` has it told anew by a real service, and writes down what that said.
"""

import json
import re
import tempfile
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

from custody.api import openapi_examples
from custody.codes import make_uscc
from custody.terms import millis, rfc3339
from tests.api.conftest import Service, served
from tests.api.movements import MORNING, movement_id
from tests.exchange.partners import bare, document, done, epc, event

ORGANISATION = make_uscc("330106", 1)
POINT, RECYCLER = "330106-0007", "330106-R001"
T1 = f"{POINT}-T1"
PACK = "gbt34014:04QPB76836300JE560000001"
CONSIGNMENT = "x:SF-20260301/9"

RECEIVER = "https://receiver.invalid/hook"
QUERY = {"name": "inspected", "query": {"EQ_bizStep": ["inspecting"], "EQ_action": ["OBSERVE"]}}
NAMED = ("epcs", "bizSteps", "bizLocations", "readPoints", "dispositions", "eventTypes")
BY_CHANCE = {
    r"whsec_[\w+/=-]+": "whsec_VGhpcyBpcyBub3QgYSBzZWNyZXQsIGp1c3QgYSBzaGFwZS4=",
    r"sub_[0-9a-f]{24}": "sub_3f6c1f0d9c7b4a5e8d2b6f10",
    r"[0-9a-f]{13}-[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}":
        "0019ca7a9f400-5b0b3a8e-6f43-4f0e-9f57-1f3f0b2c9d11",
    r"(?<=\"id\": \")[0-9a-f]{32}(?=\")": "8d2f0c4be1a94b6f9a3f6d1c0b7e5a42",
    r"(?<=\"key\": \")[0-9a-f]{12}(?=\")": "9c1d7be04a52",
}  # fmt: skip
"""What is made by chance, and what is shown in its place."""

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
    yield from _of_partners()
    wanted = {"url": RECEIVER, "types": ["drop_off", "receive"], "after": 0}
    yield _made("subscribe", "/v1/subscriptions", "auditor", wanted)
    wanted = {"format": "parquet", "from": 1, "types": ["dispatch", "receive"]}
    yield _made("ask_for_export", "/v1/exports", "auditor", wanted)


def _of_partners() -> Iterator[Step]:
    """Yield what is told and asked in EPCIS."""
    place = {"id": f"urn:custody:site:{POINT}"}
    told = event(1, bizStep="inspecting", disposition="conformant", bizLocation=place)
    yield _made("capture_event", "/epcis/events", "partner", bare(told))
    doubted = event(2, bizStep="inspecting", disposition="damaged", readPoint=place)
    yield _made("capture_document", "/epcis/capture", "partner", document(doubted))
    yield _asked("find_capture", "{location}")
    yield _asked("list_captures", "/epcis/capture")
    yield _asked("list_events", f"/epcis/events?MATCH_anyEPC={epc(1)}&EQ_bizStep=inspecting")
    yield _asked("find_event", f"/epcis/events/{told['eventID']}")
    yield _asked("list_resources", "/epcis")
    for name in NAMED:
        words = re.sub("([A-Z])", r"_\1", name).lower()
        yield _asked(f"list_{words}", f"/epcis/{name}")
    yield _asked("find_in_epcs", f"/epcis/epcs/{epc(1)}")
    yield _asked("list_events_in_epcs", f"/epcis/epcs/{epc(1)}/events")
    yield _made("name_query", "/epcis/queries", "auditor", QUERY)
    yield {**_asked("find_query", "/epcis/queries/inspected"), "by": "auditor"}
    yield {**_asked("list_queries", "/epcis/queries"), "by": "auditor"}
    subscriptions = "/epcis/queries/inspected/subscriptions"
    for controls in (
        {"dest": RECEIVER, "stream": True, "signatureToken": "13df38d8275b13f05704629e5f1cf3d4"},
        {"dest": RECEIVER, "schedule": {"hour": "1", "minute": "5"}, "reportIfEmpty": True},
    ):
        name = "stream" if "stream" in controls else "schedule"
        yield {**_made("subscribe_to_query", subscriptions, "auditor", controls), "name": name}


def told(service: Service) -> list[Step]:
    """Have the story told by a service that nobody has told anything yet."""
    clients = {"admin": service.client("admin"), "auditor": service.client("auditor")}
    clients |= {site: service.client("terminal", site) for site in (POINT, RECYCLER)}
    clients["partner"] = service.client("operator", organisation=ORGANISATION)
    examples, position, location = [], 0, ""
    for step in steps():
        client = clients[step.pop("by")]
        path = step.pop("path").format(location=location)
        if step["operation"] == "find_capture":
            done(service, client, location)
        if client is clients["auditor"] and path.startswith("/v1") and "body" not in step:
            path += f"{'&' if '?' in path else '?'}at_least={position}" * (
                "/movements/" not in path
            )
        answer = client.request(step.pop("method"), path, json=step.get("body"))
        assert answer.is_success, answer.text
        position = int(answer.headers["Custody-Position"])
        location = answer.headers.get("Location", location)
        said = {"answer": answer.json()} if answer.content else {}
        examples.append({**step, "status": answer.status_code, **said})
    return [_less_chance(one) for one in examples]


def _less_chance(example: Step) -> Step:
    """Show the same for whatever is made by chance."""
    text = json.dumps(example, ensure_ascii=False)
    for made, shown in BY_CHANCE.items():
        text = re.sub(made, shown, text)
    less: Step = json.loads(text)
    return less


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


def _asked(operation: str, path: str) -> Step:
    return {**_get(operation, path), "by": "partner"}


def _made(operation: str, path: str, by: str, body: Any) -> Step:
    return {
        "operation": operation, "name": "asked", "by": by, "method": "POST", "path": path,
        "body": body,
    }  # fmt: skip


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
