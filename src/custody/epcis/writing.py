"""How are events written as one document, when each may bring names of its own?"""

from collections.abc import Iterable
from typing import Any, Final

from custody.epcis.context import STANDARD, Context
from custody.epcis.event import Event
from custody.terms import Millis, rfc3339

SCHEMA_VERSION: Final = "2.0"


def document(events: Iterable[Event], created_at: Millis) -> dict[str, Any]:
    """Write events as an EPCISDocument; what they share of their contexts stands once."""
    told = [*events]
    shared = _shared([event.context for event in told])
    return {
        "@context": shared,
        "type": "EPCISDocument",
        "schemaVersion": SCHEMA_VERSION,
        "creationDate": rfc3339(created_at),
        "epcisBody": {"eventList": [_within(event, shared) for event in told]},
    }


def standing_alone(event: Event) -> dict[str, Any]:
    """Write an event with the whole context that its names need."""
    return {"@context": event.context.json or [STANDARD], **_bare(event)}


def _shared(contexts: list[Context]) -> list[Any]:
    """Return the parts that stand at the beginning of every context."""
    if not contexts:
        return [STANDARD]
    first, *others = (context.json for context in contexts)
    count = 0
    while count < len(first) and all(one[: count + 1] == first[: count + 1] for one in others):
        count += 1
    return first[:count] or [STANDARD]


def _within(event: Event, shared: list[Any]) -> dict[str, Any]:
    own = [part for part in event.context.json if part not in shared]
    return {**({"@context": own} if own else {}), **_bare(event)}


def _bare(event: Event) -> dict[str, Any]:
    return {name: value for name, value in event.json.items() if name != "@context"}
