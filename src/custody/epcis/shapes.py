"""What is the shape of each of the five events: which fields, of which kind, and which must be?

They say what the published schema 2.0.1 says with its formats; `rules` says what no schema does.
Nothing is built from them: an event is kept as its sender wrote it.
"""

from typing import Annotated, Any, Final, Literal, NotRequired

from pydantic import BeforeValidator, ConfigDict, Field, TypeAdapter, with_config
from typing_extensions import TypedDict

from custody.epcis.fields import (
    Alert,
    BizStep,
    Component,
    Disposition,
    EachOnce,
    Hex,
    Measurement,
    Number,
    Offset,
    PartyType,
    Reason,
    Text,
    Time,
    TransactionType,
    Unit,
    Uri,
)

EPCS_MAX: Final = 10_000
"""Things that one list of an event names."""

ENTRIES_MAX: Final = 1_000
"""Entries of any other list of an event."""

_open = with_config(ConfigDict(strict=True, extra="allow"))
_closed = with_config(ConfigDict(strict=True, extra="forbid"))

Action = Literal["OBSERVE", "ADD", "DELETE"]
Epcs = Annotated[list[Uri], Field(max_length=EPCS_MAX)]
EpcsOnce = Annotated[list[Uri], Field(max_length=EPCS_MAX), EachOnce]
OneOrMany = BeforeValidator(lambda value: [value] if isinstance(value, str) else value)


@_closed
class Quantity(TypedDict):
    """So much of a class of things."""

    epcClass: Uri
    quantity: NotRequired[Number]
    uom: NotRequired[Unit]


@_closed
class Transaction(TypedDict):
    """A paper or another event that it belongs to."""

    type: NotRequired[TransactionType]
    bizTransaction: Uri


@_closed
class Source(TypedDict):
    """Where a transfer comes from."""

    type: PartyType
    source: Uri


@_closed
class Destination(TypedDict):
    """Where a transfer goes to."""

    type: PartyType
    destination: Uri


@_open
class Place(TypedDict):
    """Where it happened, or where the things are from then on."""

    id: Uri


@_open
class SensorMetadata(TypedDict):
    """What all reports of a sensor have in common."""

    time: NotRequired[Time]
    deviceID: NotRequired[Uri]
    deviceMetadata: NotRequired[Uri]
    rawData: NotRequired[Uri]
    startTime: NotRequired[Time]
    endTime: NotRequired[Time]
    dataProcessingMethod: NotRequired[Uri]
    bizRules: NotRequired[Uri]


@_open
class SensorReport(TypedDict):
    """One thing that was measured."""

    type: Measurement
    exception: NotRequired[Alert]
    deviceID: NotRequired[Uri]
    deviceMetadata: NotRequired[Uri]
    rawData: NotRequired[Uri]
    dataProcessingMethod: NotRequired[Uri]
    bizRules: NotRequired[Uri]
    time: NotRequired[Time]
    microorganism: NotRequired[Uri]
    chemicalSubstance: NotRequired[Uri]
    coordinateReferenceSystem: NotRequired[Uri]
    value: NotRequired[Number]
    component: NotRequired[Component]
    stringValue: NotRequired[Text]
    booleanValue: NotRequired[bool]
    hexBinaryValue: NotRequired[Hex]
    uriValue: NotRequired[Uri]
    minValue: NotRequired[Number]
    maxValue: NotRequired[Number]
    meanValue: NotRequired[Number]
    sDev: NotRequired[Number]
    percRank: NotRequired[Number]
    percValue: NotRequired[Number]
    uom: NotRequired[Annotated[str, Field(max_length=64)]]


@_open
class SensorElement(TypedDict):
    """What one sensor, or several, reported."""

    sensorMetadata: NotRequired[SensorMetadata]
    sensorReport: Annotated[list[SensorReport], Field(min_length=1, max_length=ENTRIES_MAX)]


@_closed
class PersistentDisposition(TypedDict):
    """What is so of the things from now on, whatever their next disposition, and what no more."""

    set: NotRequired[Annotated[list[Disposition], Field(min_length=1, max_length=100), EachOnce]]
    unset: NotRequired[Annotated[list[Disposition], Field(min_length=1, max_length=100), EachOnce]]


@_open
class ErrorDeclaration(TypedDict):
    """That an event is false, and which say it right."""

    declarationTime: Time
    reason: NotRequired[Reason]
    correctiveEventIDs: NotRequired[Annotated[list[Uri], Field(max_length=ENTRIES_MAX)]]


Quantities = Annotated[list[Quantity], Field(max_length=ENTRIES_MAX)]
Transactions = Annotated[list[Transaction], Field(max_length=ENTRIES_MAX)]


@_open
class AnyEvent(TypedDict):
    """What every event has."""

    eventTime: Time
    eventTimeZoneOffset: Offset
    recordTime: NotRequired[Time]
    eventID: NotRequired[Uri]
    certificationInfo: NotRequired[Annotated[list[Uri], OneOrMany]]
    errorDeclaration: NotRequired[ErrorDeclaration]
    bizStep: NotRequired[BizStep]
    disposition: NotRequired[Disposition]
    readPoint: NotRequired[Place]
    bizLocation: NotRequired[Place]
    sourceList: NotRequired[Annotated[list[Source], Field(max_length=ENTRIES_MAX)]]
    destinationList: NotRequired[Annotated[list[Destination], Field(max_length=ENTRIES_MAX)]]
    sensorElementList: NotRequired[Annotated[list[SensorElement], Field(max_length=ENTRIES_MAX)]]


@_open
class ObjectEvent(AnyEvent):
    """Something happened to things."""

    type: Literal["ObjectEvent"]
    action: Action
    epcList: NotRequired[EpcsOnce]
    quantityList: NotRequired[Quantities]
    persistentDisposition: NotRequired[PersistentDisposition]
    bizTransactionList: NotRequired[Transactions]
    ilmd: NotRequired[dict[str, Any]]


@_open
class AggregationEvent(AnyEvent):
    """Things were put together for a while, or taken apart."""

    type: Literal["AggregationEvent"]
    action: Action
    parentID: NotRequired[Uri]
    childEPCs: NotRequired[Epcs]
    childQuantityList: NotRequired[Quantities]
    bizTransactionList: NotRequired[Transactions]


@_open
class AssociationEvent(AnyEvent):
    """Things were built into another or a place, or taken out."""

    type: Literal["AssociationEvent"]
    action: Action
    parentID: Uri
    childEPCs: NotRequired[Epcs]
    childQuantityList: NotRequired[Quantities]
    bizTransactionList: NotRequired[Transactions]


@_open
class TransactionEvent(AnyEvent):
    """Things were linked with a paper."""

    type: Literal["TransactionEvent"]
    action: Action
    bizTransactionList: Annotated[list[Transaction], Field(min_length=1, max_length=ENTRIES_MAX)]
    parentID: NotRequired[Uri]
    epcList: NotRequired[Epcs]
    quantityList: NotRequired[Quantities]


@_open
class TransformationEvent(AnyEvent):
    """Things went in and others came out."""

    type: Literal["TransformationEvent"]
    inputEPCList: NotRequired[EpcsOnce]
    inputQuantityList: NotRequired[Quantities]
    outputEPCList: NotRequired[EpcsOnce]
    outputQuantityList: NotRequired[Quantities]
    transformationID: NotRequired[Uri]
    persistentDisposition: NotRequired[PersistentDisposition]
    bizTransactionList: NotRequired[Transactions]
    ilmd: NotRequired[dict[str, Any]]


EVENTS: Final[dict[str, tuple[TypeAdapter[Any], frozenset[str]]]] = {
    shape.__name__: (TypeAdapter(shape), frozenset({"@context", *shape.__annotations__}))
    for shape in (
        ObjectEvent,
        AggregationEvent,
        AssociationEvent,
        TransactionEvent,
        TransformationEvent,
    )
}
"""Type of an event → its shape, and the names that the standard gives to its fields."""
