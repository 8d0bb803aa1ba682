"""What does an EPCIS document say, or which fields of which of its events are wrong?"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from custody.epcis import context as contexts
from custody.epcis import names, rules
from custody.epcis.context import Context
from custody.epcis.envelopes import ANSWER, DOCUMENT
from custody.epcis.event import Event
from custody.epcis.fields import instant
from custody.epcis.reading import value
from custody.epcis.shapes import EVENTS
from custody.epcis.texts import TEXTS
from custody.events import complaints
from custody.terms import FieldError, Millis, Refused

EVENTS_MAX: Final = 1_000
"""Events of a document."""

ERRORS_MAX: Final = 50
"""Fields told of at once: whoever has mended so many is told of the next."""

NUL: Final = b"\\u0000"
"""How JSON writes the one character that PostgreSQL cannot keep."""

EVENT_ERRORS_MAX: Final = 10
"""Fields told of an event."""


@dataclass(frozen=True, slots=True)
class Fault:
    """An event that cannot be taken, and what is wrong with it."""

    index: int
    errors: tuple[FieldError, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """A document as it was sent, and its events one by one."""

    json: dict[str, Any]
    context: Context
    created_at: Millis | None
    events: tuple[Event, ...]
    faults: tuple[Fault, ...] = ()


def read(body: bytes, *, proceed: bool = False) -> Document:
    """Read an EPCISDocument; with `proceed`, what is wrong with an event costs that event alone.

    Raises Refused, with every field that is wrong and the place of its event.
    """
    json = value(body)
    try:
        DOCUMENT.validate_python(json)
    except ValidationError as error:
        _refuse(_told(error, ""))
    context = _context(json)
    _refuse(names.faults_of_document(json, context))
    said = json["epcisBody"]["eventList"]
    events, faults = _events(said, context, "/epcisBody/eventList", NUL in body)
    if not proceed:
        _refuse(error for fault in faults for error in fault.errors)
    return Document(json, context, instant(json["creationDate"]), events, faults)


def read_answer(body: bytes) -> Document:
    """Read an EPCISQueryDocument: what another repository answers with."""
    json = value(body)
    try:
        ANSWER.validate_python(json)
    except ValidationError as error:
        _refuse(_told(error, ""))
    context = _context(json)
    place = "/epcisBody/queryResults/resultsBody/eventList"
    results = json["epcisBody"]["queryResults"]["resultsBody"]["eventList"]
    events, faults = _events(results, context, place, NUL in body)
    _refuse(error for fault in faults for error in fault.errors)
    created = json.get("creationDate")
    return Document(json, context, instant(created) if created else None, events)


def read_event(body: bytes) -> Event:
    """Read one event that stands by itself, with a context of its own."""
    json = value(body)
    if not isinstance(json, dict):
        raise Refused("epcis_invalid", _wrong_type(""))
    if "@context" not in json:
        raise Refused("epcis_invalid", FieldError("/@context", "required"))
    nothing = Context([])
    _refuse(errors_of(json, nothing, ""))
    return Event(json, contexts.context(json["@context"]))


def errors_of(
    event: Any, context: Context, place: str, *, nuls: bool = True
) -> tuple[FieldError, ...]:
    """Say what is wrong with an event that stands at a place of a document.

    Without `nuls` its text is known to be free of the one character that cannot be kept.
    """
    if not isinstance(event, dict):
        return (_wrong_type(place),)
    type_ = event.get("type")
    if type_ is None:
        return (FieldError(f"{place}/type", "required"),)
    if not isinstance(type_, str) or type_ not in EVENTS:
        known = {"expected": ", ".join(EVENTS)}
        return (FieldError(f"{place}/type", "epcis_type_unknown", known),)
    try:
        EVENTS[type_][0].validate_python(event)
    except ValidationError as error:
        return _told(error, place)[:EVENT_ERRORS_MAX]
    if "@context" in event:
        wrong = tuple(contexts.faults(event["@context"], f"{place}/@context"))
        if wrong:
            return wrong
        context = context.with_own(event["@context"])
    broken = [FieldError(place + one.pointer, one.code, one.params) for one in rules.faults(event)]
    rule = next((one.pointer for one in broken if one.code == "epcis_action_not_here"), None)
    odd = [one for one in names.faults_of_event(event, context, place) if one.pointer != rule]
    return tuple([*broken, *odd, *(_nuls(event, place) if nuls else ())][:EVENT_ERRORS_MAX])


def _context(json: dict[str, Any]) -> Context:
    """Return the context that all events of a document share."""
    if "@context" not in json:
        raise Refused("epcis_invalid", FieldError("/@context", "required"))
    _refuse(contexts.faults(json["@context"], "/@context"))
    return contexts.context(json["@context"])


def _events(
    said: list[Any], context: Context, place: str, nuls: bool
) -> tuple[tuple[Event, ...], tuple[Fault, ...]]:
    if len(said) > EVENTS_MAX:
        raise Refused("epcis_too_many_events", max=EVENTS_MAX)
    events: list[Event] = []
    faults: list[Fault] = []
    for index, one in enumerate(said):
        wrong = errors_of(one, context, f"{place}/{index}", nuls=nuls)
        if wrong:
            faults.append(Fault(index, wrong))
        else:
            events.append(Event(one, context, index))
    return tuple(events), tuple(faults)


def _refuse(errors: Iterable[FieldError]) -> None:
    told = [*errors]
    if told:
        raise Refused("epcis_invalid", *told[:ERRORS_MAX])


def _told(error: ValidationError, place: str) -> tuple[FieldError, ...]:
    """Turn a shape's complaints into field errors of ours."""
    found = error.errors(include_url=False, include_input=False)
    return tuple(_one(complaint, place) for complaint in found)


def _one(complaint: ErrorDetails, place: str) -> FieldError:
    if complaint["type"] in TEXTS:
        at = place + complaints.pointer(complaint["loc"])
        return FieldError(at, complaint["type"], complaint.get("ctx", {}))
    (plain,) = complaints.field_errors([complaint])
    return FieldError(place + plain.pointer, plain.code, plain.params)


def _wrong_type(place: str) -> FieldError:
    return FieldError(place, "wrong_type", {"expected": "an object", "expected_zh": "对象"})


def _nuls(said: Any, place: str) -> list[FieldError]:
    """Find the texts that cannot be kept."""
    if isinstance(said, str):
        return [FieldError(place, "epcis_nul")] if "\0" in said else []
    if isinstance(said, dict):
        pairs: Any = said.items()
    elif isinstance(said, list):
        pairs = enumerate(said)
    else:
        return []
    found: list[FieldError] = []
    for name, inner in pairs:
        found += _nuls(inner, place + complaints.pointer([name]))
    return found
