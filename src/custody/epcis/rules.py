"""Which rules of EPCIS 2.0 must an event keep that no schema can say?"""

from collections.abc import Callable, Iterator
from typing import Any

from custody.epcis import vocabulary
from custody.epcis.fields import instant
from custody.epcis.shapes import EVENTS
from custody.terms import FieldError

Event = dict[str, Any]
Faults = Iterator[FieldError]

VALUES = frozenset({
    "value", "stringValue", "booleanValue", "hexBinaryValue", "uriValue",
    "minValue", "maxValue", "meanValue", "sDev", "percValue",
})  # fmt: skip
NUMBERS = frozenset({"value", "minValue", "maxValue", "meanValue", "sDev", "percValue"})


def faults(event: Event) -> Faults:
    """Say which rules an event breaks whose shape is sound; places begin below the event."""
    yield from OF_TYPE[event["type"]](event)
    if "errorDeclaration" in event:
        yield from _declaration(event)
    if "persistentDisposition" in event:
        yield from _persistent(event)
    if "sensorElementList" in event:
        yield from _sensors(event)
    for field in QUANTITIES[event["type"]] & event.keys():
        for index, one in enumerate(event[field]):
            if "uom" in one and "quantity" not in one:
                yield FieldError(f"/{field}/{index}/uom", "epcis_quantity_without_number")


QUANTITIES = {
    type_: frozenset(name for name in names if name.lower().endswith("quantitylist"))
    for type_, (_, names) in EVENTS.items()
}
"""Type of an event → its lists of so much of a class."""


def _object(event: Event) -> Faults:
    things = event.get("epcList") or event.get("quantityList")
    sensed = event.get("sensorElementList") and "readPoint" in event
    if not things and not sensed:
        fields = "epcList, quantityList, sensorElementList + readPoint"
        yield FieldError("", "epcis_nothing_said", {"fields": fields})
    if "ilmd" in event and event["action"] != "ADD":
        yield FieldError("/ilmd", "epcis_ilmd_not_here")


def _aggregation(event: Event) -> Faults:
    if event["action"] != "OBSERVE" and "parentID" not in event:
        yield FieldError("/parentID", "epcis_no_parent")
    yield from _children(event)


def _children(event: Event) -> Faults:
    if event["action"] == "DELETE":  # of no children: of all that there were
        return
    if not event.get("childEPCs") and not event.get("childQuantityList"):
        fields = "childEPCs, childQuantityList"
        yield FieldError("", "epcis_nothing_said", {"fields": fields})


def _transaction(event: Event) -> Faults:
    if event["action"] == "DELETE":
        return
    if not event.get("epcList") and not event.get("quantityList") and "parentID" not in event:
        fields = "epcList, quantityList"
        yield FieldError("", "epcis_nothing_said", {"fields": fields})


def _transformation(event: Event) -> Faults:
    if "action" in event:
        yield FieldError("/action", "epcis_action_not_here")
    inputs = bool(event.get("inputEPCList") or event.get("inputQuantityList"))
    outputs = bool(event.get("outputEPCList") or event.get("outputQuantityList"))
    linked = "transformationID" in event
    if not inputs and not (linked and outputs):
        yield FieldError("", "epcis_no_input")
    if not outputs and not (linked and inputs):
        yield FieldError("", "epcis_no_output")


OF_TYPE: dict[str, Callable[[Event], Faults]] = {
    "ObjectEvent": _object,
    "AggregationEvent": _aggregation,
    "AssociationEvent": _children,
    "TransactionEvent": _transaction,
    "TransformationEvent": _transformation,
}


def _declaration(event: Event) -> Faults:
    declared = event["errorDeclaration"]
    own = event.get("eventID")
    corrective = declared.get("correctiveEventIDs", [])
    if own is None:
        yield FieldError("/eventID", "epcis_declared_without_id")
    reason = vocabulary.bare("reason", declared.get("reason", ""))
    if reason == "did_not_occur" and corrective:
        place = "/errorDeclaration/correctiveEventIDs"
        yield FieldError(place, "epcis_did_not_occur_corrected")
    if own is not None and own in corrective:
        place = f"/errorDeclaration/correctiveEventIDs/{corrective.index(own)}"
        yield FieldError(place, "epcis_corrects_itself")


def _persistent(event: Event) -> Faults:
    if event["type"] not in {"ObjectEvent", "TransformationEvent"}:
        yield FieldError("/persistentDisposition", "epcis_persistent_not_here")
        return
    said = event["persistentDisposition"]
    if not said:
        yield FieldError("/persistentDisposition", "epcis_persistent_neither")
    both = {vocabulary.bare("disposition", one) for one in said.get("set", ())} & {
        vocabulary.bare("disposition", one) for one in said.get("unset", ())
    }
    for word in sorted(both):
        yield FieldError("/persistentDisposition", "epcis_persistent_both", {"word": word})


def _sensors(event: Event) -> Faults:
    for index, element in enumerate(event["sensorElementList"]):
        place = f"/sensorElementList/{index}"
        metadata = element.get("sensorMetadata", {})
        begins, ends = metadata.get("startTime"), metadata.get("endTime")
        if begins and ends and instant(ends) < instant(begins):
            yield FieldError(f"{place}/sensorMetadata/endTime", "epcis_time_reversed")
        for number, report in enumerate(element["sensorReport"]):
            at = f"{place}/sensorReport/{number}"
            if "exception" not in report and not report.keys() & VALUES:
                yield FieldError(at, "epcis_sensor_says_nothing")
            if "uom" in report and not report.keys() & NUMBERS:
                yield FieldError(f"{at}/uom", "epcis_unit_without_value")
