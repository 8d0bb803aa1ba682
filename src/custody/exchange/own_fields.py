"""Where in an event may fields of its sender's own stand, and what do they say there?"""

from collections.abc import Iterator
from typing import Any, Final

from custody.epcis.event import Event

PLACES: Final = {
    "ILMD_": "ilmd",
    "ERROR_DECLARATION_": "errorDeclaration",
    "SENSORELEMENT_": "sensorElement",
    "SENSORMETADATA_": "sensorMetadata",
    "SENSORREPORT_": "sensorReport",
    "readPoint_": "readPoint",
    "bizLocation_": "bizLocation",
}
"""How a query names a place in an event, and how the index does; beside all of them: extension."""


def parts(event: Event) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the fields of an event that are its sender's own, by the place that they stand in.

    A place without any is left out.
    """
    said = event.json
    own = _own(event, said)
    if own:
        yield "extension", own
    if said.get("ilmd"):
        yield "ilmd", event.ilmd
    for place in ("readPoint", "bizLocation", "errorDeclaration"):
        own = _own(event, said.get(place))
        if own:
            yield place, own
    for element in event.sensors:
        yield "sensorElement", _own(event, element)
        yield "sensorMetadata", _own(event, element.get("sensorMetadata"))
        for report in element.get("sensorReport") or ():
            yield "sensorReport", _own(event, report)


def _own(event: Event, part: dict[str, Any] | None) -> dict[str, Any]:
    """Return the fields of a part that have a prefix, which no field of the standard's has."""
    if not part or ":" not in "".join(part):
        return {}
    return {event.context.expanded(name): one for name, one in part.items() if ":" in name}
