"""What else can be said in a question? Each parameter once, of which a real service has approved.

What is answered to these is not shown: it is like what is shown, or there is nothing in it.
"""

from dataclasses import replace
from typing import Any
from urllib.parse import urlencode

from tests.api.story.asking import (
    ORGANISATION,
    OTHER,
    PACK,
    POINT,
    RECYCLER,
    T1,
    Asked,
    Scene,
    Telling,
    get,
    post,
)
from tests.api.story.epcis import PLACE
from tests.api.story.movements import recorded, told
from tests.exchange.partners import document, epc, event, event_id

NOW = "2026-03-01T12:00:00+08:00"
SITE = f"/v1/sites/{POINT}"
BATTERY = f"/v1/batteries/{PACK}"
TIMES: dict[str, str] = {
    f"{edge}_{time}": day
    for edge, day in (("GE", "2026-03-01T00:00:00+08:00"), ("LT", "2026-03-02T00:00:00+08:00"))
    for time in ("eventTime", "recordTime", "errorDeclarationTime", "errorDeclaration_Time",
                 "startTime", "endTime", "time")
}  # fmt: skip
CLASS = "https://id.gs1.org/01/09521234000013"
EPCIS: dict[str, str] = {
    "eventType": "ObjectEvent",
    "EQ_action": "OBSERVE",
    "EQ_bizStep": "inspecting|collecting",
    "EQ_disposition": "conformant",
    "EQ_persistentDisposition_set": "damaged",
    "EQ_persistentDisposition_unset": "damaged",
    "EQ_readPoint": PLACE,
    "EQ_bizLocation": PLACE,
    "WD_readPoint": PLACE,
    "WD_bizLocation": PLACE,
    "EQ_transformationID": "urn:epc:id:gdti:9521234.00001.7",
    "EQ_errorReason": "did_not_occur",
    "EQ_correctiveEventID": event_id(2),
    "EQ_eventID": event_id(1),
    "EQ_type": "Temperature",
    "EQ_deviceID": "https://id.gs1.org/8004/9521234D1",
    "EQ_dataProcessingMethod": "https://id.gs1.org/253/9521234000013",
    "EQ_microorganism": "https://www.ncbi.nlm.nih.gov/taxonomy/1126011",
    "EQ_chemicalSubstance": "https://identifiers.org/inchikey:CZMRCDWAGMRECN-UGDNZRGBSA-N",
    "EQ_bizRules": "https://id.gs1.org/253/9521234000020",
    "EQ_stringValue": "warm",
    "EQ_hexBinaryValue": "f0f0f0",
    "EQ_uriValue": "https://id.gs1.org/8004/9521234V1",
    "EQ_booleanValue": "true",
    **{f"MATCH_{one}": epc(1) for one in ("epc", "parentID", "inputEPC", "outputEPC", "anyEPC")},
    **{f"MATCH_{one}Class": CLASS for one in ("epc", "inputEPC", "outputEPC", "anyEPC")},
    "EXISTS_errorDeclaration": "true",
    "EXISTS_sensorElementList": "true",
    **TIMES,
}
"""A value of each condition that an event can be found by."""
IN_ORDER = {"orderBy": "eventTime", "orderDirection": "ASC", "eventCountLimit": "10"}
AT_MOST = {"maxEventCount": "100"}
FORM = {"GS1-EPC-Format": "Always_GS1_Digital_Link"}
PREFIX = {"GS1-Extensions": "ex=https://example.com/battery/"}


def chapter(_: Scene) -> Telling:
    """Ask each question with all that it takes."""
    asked: list[Asked] = [*_of_lists(), *_of_books(), *_of_facts(), *_of_epcis()]
    for one in asked:
        yield replace(one, name="otherwise", answered=False)


def _of_lists() -> list[Asked]:
    return [
        _with(get("list_batteries", "/v1/batteries"), site=POINT, state="in_stock",
              chemistry="lfp", held_longer_than="PT1H"),
        _with(get("list_batteries", "/v1/batteries"), grade="A"),
        _with(get("tell_history", f"{BATTERY}/history"), order="recorded", as_of=NOW, known_at=NOW),
        _with(get("find_battery", BATTERY), as_of=NOW, known_at=NOW),
        _with(get("tell_inventory", f"{SITE}/inventory"), as_of=NOW, known_at=NOW),
        _with(get("list_consignments", "/v1/consignments"), state="received", from_site=POINT,
              overdue="false"),
        _with(get("list_orders", "/v1/orders"), site=POINT, service="pickup", due_before=NOW),
        _with(get("list_looks", "/v1/access-log", by="admin"), asker="9c1d7be04a52",
              resource=f"battery:{PACK}", to=NOW, **{"from": "2026-03-01T00:00:00+08:00"}),
        *(
            _with(get(f"list_{parties}", f"/v1/{parties}"), as_of=NOW)
            for parties in ("organisations", "sites", "terminals", "routes")
        ),
        _with(get("find_organisation", f"/v1/organisations/{ORGANISATION}"), as_of=NOW),
        _with(get("find_site", SITE), as_of=NOW),
        _with(get("find_terminal", f"/v1/terminals/{T1}"), as_of=NOW),
    ]  # fmt: skip


def _of_books() -> list[Asked]:
    month = {"from": "2026-03", "to": "2026-03"}
    take = f"{SITE}/stock-takes/PD-20260301"
    materials = f"/v1/sites/{RECYCLER}/materials"
    return [
        _with(get("tell_ledger", f"{SITE}/ledger"), format="csv", known_at=NOW, **month),
        _with(get("find_stock_take", take), known_at=NOW),
        _with(get("tell_materials", materials), known_at=NOW, **month),
    ]


def _of_facts() -> list[Asked]:
    chosen = {"envelope": "cloudevent", "site": POINT, "division": "330000", "after": "6"}
    looked = recorded(told(18, "inspect", battery=OTHER, verdict="pass"))
    strict = {"Custody-Sent-At": "2026-03-01T04:00:00.000Z", "Prefer": "handling=strict"}
    return [
        _with(get("list_facts", "/v1/facts"), **chosen),
        _with(get("stream_facts", "/v1/facts/stream", headers={"Last-Event-ID": "6"}),
              until="12", **chosen),
        _with(get("prove_inclusion", "/log/proof/inclusion", by="nobody"), index="13", size="27"),
        get("read_tile", "/log/tile/0/000.p/27", by="nobody"),
        _with(get("show_evidence", f"/v1/batteries/{OTHER}/evidence"), bodies="false"),
        replace(looked, headers=strict),  # the last: no checkpoint covers it
    ]  # fmt: skip


def _of_epcis() -> list[Asked]:
    events = "/epcis/events"
    more: dict[str, Any] = {"by": "partner"}
    return [
        *(_with(get("list_events", events, **more), **{name: value})
          for name, value in EPCIS.items()),
        _with(get("list_events", events, headers={**FORM, **PREFIX}, **more), **IN_ORDER),
        _with(get("list_events", events, **more), **AT_MOST),
        post("capture_document", "/epcis/capture", document(event(3)),
             headers={"GS1-Capture-Error-Behaviour": "proceed"}, **more),
    ]  # fmt: skip


def _with(asked: Asked, **parameters: str) -> Asked:
    return replace(asked, path=f"{asked.path}?{urlencode(parameters)}")
