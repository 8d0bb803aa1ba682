"""How is each part of an event said: times, places, parties, papers, measurements?"""

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid5

from custody.epcis import own_names
from custody.epcis.context import STANDARD, Context
from custody.epcis.outward.beside import Beside
from custody.events import Movement

Said = dict[str, Any]

PREFIX: Final = "custody"
NAMESPACE: Final = "urn:custody:epcis:"
CONTEXT: Final = Context([STANDARD, {PREFIX: NAMESPACE}])
"""What the names in our events mean."""

UNTOLD: Final = frozenset({
    "operator", "note", "attachments", "depositor", "terminal_sequence", "previous", "signature",
})  # fmt: skip
"""What stays with us: who it was, what was written by hand, and what only our bytes bear out."""

_WIDEST: Final = timedelta(hours=14)

UNITS: Final = {
    "mass_g": ("Mass", "GRM"),
    "open_circuit_voltage_mv": ("Voltage", "2Z"),
    "max_output_voltage_mv": ("Voltage", "2Z"),
    "internal_resistance_mohm": ("Resistance", "E45"),
    "state_of_charge_pct": ("Dimensionless", "P1"),
    "capacity_fade_pct": ("Dimensionless", "P1"),
}
"""A field of ours → what is measured, and its unit of UN/ECE Recommendation 20."""


def own(name: str) -> str:
    """Name a field that the standard has not, under our prefix."""
    return f"{PREFIX}:{name}"


def event_id(movement: str, part: str | None = None) -> str:
    """Name the event that tells a movement, or one of several that do."""
    return f"urn:uuid:{movement if part is None else uuid5(UUID(movement), part)}"


def when(movement: Movement) -> datetime:
    """Return when it happened, in its own zone, or in UTC where EPCIS knows no such zone."""
    instant = movement.occurred_at
    offset = instant.utcoffset()
    assert offset is not None
    return instant.astimezone(UTC) if abs(offset) > _WIDEST else instant


def begin(type_: str, movement: Movement, action: str | None, step: str, now: str) -> Said:
    """Begin an event: which it is, when and where it happened, and what was done."""
    instant = when(movement).isoformat()
    said: Said = {
        "type": type_,
        "eventID": event_id(movement.id),
        "eventTime": instant,
        "eventTimeZoneOffset": instant[-6:],
    }
    if action is not None:
        said["action"] = action
    return {
        **said,
        "bizStep": step,
        "disposition": now,
        "readPoint": {"id": site(movement.site)},
    }


def ours(movement: Movement, *told: str) -> Said:
    """Say under our prefix what the standard has no field for; `told` are told already."""
    body = movement.model_dump(mode="json", by_alias=True, exclude_unset=True, exclude_none=True)
    left = body.keys() - UNTOLD - {"id", "occurred_at", "site", *told}
    return {own(name): prefixed(body[name]) for name in body if name in left}


def prefixed(value: Any) -> Any:
    """Put our prefix before the names within a value, too."""
    if isinstance(value, dict):
        return {own(name): prefixed(inner) for name, inner in value.items()}
    return [prefixed(inner) for inner in value] if isinstance(value, list) else value


def site(name: str) -> str:
    """Write a site."""
    return own_names.written("site", name)


def batteries(refs: Iterable[str]) -> list[str]:
    """Write batteries."""
    return [own_names.of_battery(ref) for ref in refs]


def paper(type_: str | None, uri: str) -> Said:
    """Write a paper or another event that an event belongs to."""
    return {**({"type": type_} if type_ else {}), "bizTransaction": uri}


def parties(movement: Movement, from_: str | None, to: str | None, beside: Beside) -> Said:
    """Say between which sites, and whose, something changes hands."""
    said: Said = {}
    for field, name, end in (
        ("sourceList", "source", from_),
        ("destinationList", "destination", to),
    ):
        if end is None:
            continue
        said[field] = [{"type": "location", name: site(end)}]
        owner = beside.organisation(end, movement.at)
        if owner is not None:
            party = own_names.written("organisation", owner)
            said[field].append({"type": "possessing_party", name: party})
    return said


def measured(movement: Movement) -> Said:
    """Say what was measured as a sensor would."""
    reports = [
        {"type": kind, "value": value, "uom": unit, own("measures"): name}
        for name, (kind, unit) in UNITS.items()
        if (value := getattr(movement, name, None)) is not None
    ]
    return {"sensorElementList": [{"sensorReport": reports}]} if reports else {}


def amounts(kind: own_names.Kind, masses: Iterable[tuple[str, int]]) -> list[Said]:
    """Say how much of each kind of matter there is."""
    return [
        {"epcClass": own_names.written(kind, name), "quantity": grams, "uom": "GRM"}
        for name, grams in masses
    ]
