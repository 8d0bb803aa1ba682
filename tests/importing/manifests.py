"""Which manifests do the tests speak of? One that went well, and others that differ from it."""

import json
from copy import deepcopy
from pathlib import Path
from typing import Any

from custody.events import read_movement
from custody.events.journey import effective, of_battery, whereabouts
from custody.events.whereabouts import Whereabouts
from custody.importing.emanifest.movements import Paper, Plan, plan
from custody.importing.emanifest.reading import read
from tests.codes.shared import golden

FULL, PARTIAL, PLAIN, ELECTRONIC, HYBRID = (
    f"emanifest/emanifest-save-valid-{name}-example.json"
    for name in (
        "Data-and-Image-Full-reject-tranonsite",
        "Data-and-Image-Partial-reject",
        "Data-and-Image",
        "Full-Electronic",
        "Hybrid",
    )
)
VALID = (FULL, PARTIAL, PLAIN, ELECTRONIC, HYBRID)
INVALID = "emanifest/emanifest-save-invalid-example.json"
SAMPLE = "emanifest/emanifest-py-sample.json"
NO_MANIFESTS = {
    "emanifest/emanifest-return-failure-example.json": "answer",
    "emanifest/emanifest-return-success-example-no-warnings.json": "answer",
    "emanifest/emanifest-return-success-example-with-warnings.json": "answer",
    "emanifest/quicker-sign-return-example.json": "answer",
    "emanifest/quicker-sign-example.json": "signing",
    "emanifest/emanifest.schema.json": "schema",
    "emanifest/site-search-return.json": "schema",
}

NUMBER, NEXT_NUMBER = "100032713ELC", "100032714ELC"
GENERATOR, CARRIER, NEXT_CARRIER, FACILITY, OTHER_FACILITY = (
    f"VATEST00000{n}" for n in (4, 1, 2, 5, 3)
)
AT_GENERATOR, AT_FACILITY, AT_OTHER_FACILITY = (
    f"000000-{epa_id}" for epa_id in (GENERATOR, FACILITY, OTHER_FACILITY)
)


def day(number: int) -> str:
    """Write a day of March 2019 as EPA's service does."""
    return f"2019-03-{number:02}T04:00:00.000+0000"


def signed(epa_id: str, on: int | None, **said: Any) -> dict[str, Any]:
    """Make a party of a manifest that signed on paper, on a day of March 2019, or not yet."""
    paper = {} if on is None else {"paperSignatureInfo": {"signatureDate": day(on)}}
    return {"epaSiteId": epa_id, **paper, **said}


def line(number: int = 1, quantity: int = 100, unit: str = "K", **said: Any) -> dict[str, Any]:
    """Make a waste line of lithium-ion batteries."""
    return {
        "dotHazardous": True,
        "dotInformation": {
            "idNumber": {"code": "UN3480"},
            "printedDotInformation": "UN3480, Waste Lithium ion batteries, 9",
        },
        "quantity": {
            "containerNumber": 2,
            "containerType": {"code": "DF"},
            "quantity": quantity,
            "unitOfMeasurement": {"code": unit},
        },
        "br": False,
        "pcb": False,
        "lineNumber": number,
        "epaWaste": True,
        **said,
    }


def manifest(**said: Any) -> dict[str, Any]:
    """Make a manifest that went from hand to hand within three days."""
    return {
        "manifestTrackingNumber": NUMBER,
        "status": "Signed",
        "submissionType": "FullElectronic",
        "generator": signed(GENERATOR, 13, name="A generator"),
        "transporters": [signed(CARRIER, 14, order=1)],
        "designatedFacility": signed(FACILITY, 15),
        "wastes": [line()],
        **said,
    }


def rejected(kind: str, *new: str, **said: Any) -> dict[str, Any]:
    """Say of a manifest that it was rejected, and under which numbers that goes on."""
    info = {"rejectionType": kind, "newManifestTrackingNumbers": list(new), **said}
    return {"rejection": True, "rejectionInfo": info}


def written(value: Any) -> bytes:
    return json.dumps(value).encode()


def planned(value: dict[str, Any], **about: Any) -> Plan:
    """Turn a manifest into what is to be recorded of it."""
    paper = Paper(**{"number": NUMBER, "sha256": "0" * 64, "sites": {}, **about})
    found = plan(read(json.dumps(value)), paper)
    assert found is not None
    return found


def bodies(value: dict[str, Any], **about: Any) -> list[dict[str, Any]]:
    """Return the movements of a manifest, without what is the same in each."""
    found = deepcopy([draft.body for draft in planned(value, **about).drafts])
    for body in found:
        for name in ("id", "capture", "attachments"):
            del body[name]
    return found


def of_type(type_: str, value: dict[str, Any], **about: Any) -> list[dict[str, Any]]:
    return [body for body in bodies(value, **about) if body["type"] == type_]


def example(name: str) -> bytes:
    """Return one of EPA's examples, or skip and say how to provide it."""
    return Path(golden(name)).read_bytes()


def remarked(value: dict[str, Any], **about: Any) -> dict[str, Any]:
    return {one.code: one.params for one in planned(value, **about).remarks}


def in_the_end(value: dict[str, Any], ref: str) -> Whereabouts:
    """Return what the movements of a manifest make of an item, in effective order."""
    facts = [read_movement(json.dumps(one.body).encode()) for one in planned(value).drafts]
    return whereabouts((ref,), effective(facts, of_battery((ref,))))
