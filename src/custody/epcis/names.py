"""Does whatever the standard does not name bear a prefix that the context declares?"""

from collections.abc import Iterable, Iterator
from typing import Any

from custody.epcis.context import Context
from custody.epcis.envelopes import DOCUMENT_NAMES
from custody.epcis.fields import is_uri
from custody.epcis.shapes import (
    EVENTS,
    ErrorDeclaration,
    SensorElement,
    SensorMetadata,
    SensorReport,
)
from custody.events.complaints import pointer
from custody.terms import FieldError

_OF_PLACE = frozenset({"id"})
_OF_DECLARATION = frozenset(ErrorDeclaration.__annotations__)
_OF_ELEMENT = frozenset(SensorElement.__annotations__)
_OF_METADATA = frozenset(SensorMetadata.__annotations__)
_OF_REPORT = frozenset(SensorReport.__annotations__)
_OF_HEADER = frozenset({"epcisMasterData"})
_OF_BODY = frozenset({"eventList"})


def faults_of_event(event: dict[str, Any], context: Context, place: str) -> Iterator[FieldError]:
    """Say which names of an event nobody could understand."""
    for part, known, at in _parts(event):
        odd = part.keys() - known
        if odd:
            yield from _faults(part, sorted(odd), context, place + pointer(at))


def faults_of_document(document: dict[str, Any], context: Context) -> Iterator[FieldError]:
    """Say which names around the events nobody could understand."""
    header = document.get("epcisHeader", {})
    for part, known, place in (
        (document, DOCUMENT_NAMES, ""),
        (header, _OF_HEADER, "/epcisHeader"),
        (document["epcisBody"], _OF_BODY, "/epcisBody"),
    ):
        yield from _faults(part, sorted(part.keys() - known), context, place)


Part = tuple[dict[str, Any], frozenset[str], tuple[str | int, ...]]


def _parts(event: dict[str, Any]) -> Iterator[Part]:
    """Yield each part of an event that may hold names of others, with those it has itself."""
    own = EVENTS[event["type"]][1]
    yield event, own, ()
    for field in ("readPoint", "bizLocation"):
        if field in event:
            yield event[field], _OF_PLACE, (field,)
    if "errorDeclaration" in event:
        yield event["errorDeclaration"], _OF_DECLARATION, ("errorDeclaration",)
    if "ilmd" in event and "ilmd" in own:
        yield event["ilmd"], frozenset(), ("ilmd",)
    for index, element in enumerate(event.get("sensorElementList", ())):
        at: tuple[str | int, ...] = ("sensorElementList", index)
        yield element, _OF_ELEMENT, at
        if "sensorMetadata" in element:
            yield element["sensorMetadata"], _OF_METADATA, (*at, "sensorMetadata")
        for number, report in enumerate(element["sensorReport"]):
            yield report, _OF_REPORT, (*at, "sensorReport", number)


def _faults(
    part: dict[str, Any], odd: Iterable[str], context: Context, place: str
) -> Iterator[FieldError]:
    for name in odd:
        at = place + pointer([name])
        if not is_uri(name):
            yield FieldError(at, "epcis_not_a_name" if name.isascii() else "epcis_name_not_ascii")
            continue
        yield from _undeclared(name, context, at)
        yield from _within(part[name], context, at)


def _within(value: Any, context: Context, place: str) -> Iterator[FieldError]:
    """Look into an extension: its names need no prefix, but one that they have must be known."""
    if isinstance(value, dict):
        for name, inner in value.items():
            at = place + pointer([name])
            if ":" in name:
                yield from _undeclared(name, context, at)
            yield from _within(inner, context, at)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _within(inner, context, f"{place}/{index}")


def _undeclared(name: str, context: Context, place: str) -> Iterator[FieldError]:
    prefix = context.undeclared(name)
    if prefix is not None:
        yield FieldError(place, "epcis_prefix_undeclared", {"prefix": prefix})
