"""Which event is sound, and what is a sender told when one is not?"""

import json
from copy import deepcopy
from typing import Any

from custody.epcis import documents
from custody.epcis.texts import TEXTS
from custody.terms import Refused

ITEM = "https://id.gs1.org/8004/9521234EBB0000001"
OTHER = "https://id.gs1.org/8004/9521234EBB0000002"
LOT = {"epcClass": "https://id.gs1.org/01/09521234000020/10/BM260306"}
PLACE = {"id": "https://id.gs1.org/414/9521234001010"}
PAPER = {"type": "po", "bizTransaction": "https://example.cn/po/1"}
ID = "urn:uuid:00000000-0000-4000-8000-000000000001"
TIME = "2026-03-01T09:00:00+08:00"
ANY = {"eventTime": TIME, "eventTimeZoneOffset": "+08:00"}

SOUND: dict[str, dict[str, Any]] = {
    "ObjectEvent": {**ANY, "action": "OBSERVE", "epcList": [ITEM], "readPoint": PLACE},
    "AggregationEvent": {**ANY, "action": "ADD", "parentID": OTHER, "childEPCs": [ITEM]},
    "AssociationEvent": {**ANY, "action": "ADD", "parentID": OTHER, "childEPCs": [ITEM]},
    "TransactionEvent": {
        **ANY, "action": "ADD", "bizTransactionList": [PAPER], "epcList": [ITEM],
    },
    "TransformationEvent": {**ANY, "inputEPCList": [ITEM], "outputEPCList": [OTHER]},
}  # fmt: skip

SENSED = {"sensorReport": [{"type": "Temperature", "value": 23.5, "uom": "CEL"}]}


def document(type_: str, **said: Any) -> dict[str, Any]:
    """A document of one event, sound but for what is said."""
    return {
        "@context": [
            "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld",
            {"cnb": "https://ns.example.cn/ebike-battery/"},
        ],
        "type": "EPCISDocument",
        "schemaVersion": "2.0",
        "creationDate": "2026-03-07T00:00:00Z",
        "epcisBody": {"eventList": [{"type": type_, **deepcopy(SOUND[type_]), **said}]},
    }


def told(body: Any) -> list[tuple[str, str]]:
    """Read a document, and say what is wrong with it: place and rule."""
    try:
        documents.read(json.dumps(body).encode())
    except Refused as refused:
        for error in refused.errors:
            if error.code.startswith("epcis_"):
                chinese, english = TEXTS[error.code]
                assert chinese.format(**error.params) != english.format(**error.params)
        return [(error.pointer, error.code) for error in refused.errors] or [("", refused.code)]
    return []


def wrong(type_: str, **said: Any) -> list[tuple[str, str]]:
    """Say what is wrong with an event, by places within it."""
    before = "/epcisBody/eventList/0"
    return [(at.removeprefix(before), code) for at, code in told(document(type_, **said))]
