"""By what can an event be found? Its values by name, and its numbers and instants by size."""

from collections.abc import Iterator, Mapping
from hashlib import sha256
from itertools import chain
from typing import Any, Final, NamedTuple

from custody.epcis import vocabulary
from custody.epcis.context import Context, written_out
from custody.epcis.event import Event
from custody.exchange import own_fields
from custody.exchange.instants import instant

VALUE_MAX: Final = 600
"""Characters of a value by which it is found as it is; a longer one is found by its digest."""

DIGEST: Final = "sha-256;"
"""How such a digest begins, and no URI or word does."""

DIGEST_LENGTH: Final = len(DIGEST) + 2 * sha256().digest_size

EPC: Final = "anyEPC"
CLASS: Final = "anyEPCClass"

STANDING: Final[dict[str, tuple[str, int]]] = {
    "epc": (EPC, 1),
    "parentID": (EPC, 2),
    "inputEPC": (EPC, 3),
    "outputEPC": (EPC, 4),
    "epcClass": (CLASS, 1),
    "inputEPCClass": (CLASS, 2),
    "outputEPCClass": (CLASS, 3),
}
"""What a query asks for in one role → under which name it stands in the index, and as which."""

ROLES: Final = {
    "epcList": 1,
    "childEPCs": 1,
    "parentID": 2,
    "inputEPCList": 3,
    "outputEPCList": 4,
}
"""In which role the EPCs of a field stand."""

CLASS_ROLES: Final = {
    "quantityList": 1,
    "childQuantityList": 1,
    "inputQuantityList": 2,
    "outputQuantityList": 3,
}

SENSED: Final = frozenset(
    {
        "type",
        "deviceID",
        "dataProcessingMethod",
        "microorganism",
        "chemicalSubstance",
        "bizRules",
        "stringValue",
        "hexBinaryValue",
        "uriValue",
        "booleanValue",
    }
)
"""What of a sensor's report or metadata is found by its value."""

PLAIN: Final = frozenset({"stringValue", "hexBinaryValue", "booleanValue"})
"""Which of that are no names: what looks like a prefix in them is none."""

MEASURED: Final = frozenset({"value", "minValue", "maxValue", "meanValue", "sDev", "percValue"})
"""What of a report is found by its size, of its own unit."""

TIMED: Final = frozenset({"startTime", "endTime", "time"})

Trait = tuple[str, int, str]
"""A name, a role, and a value."""

Measure = tuple[str, float]


class Traits(NamedTuple):
    """Values by name, and numbers by name: an instant is its milliseconds."""

    values: set[Trait]
    numbers: set[Measure]


def traits(event: Event) -> Traits:
    """Say by what an event can be found."""
    values = set(_values(event))
    numbers = set(_numbers(event))
    either = chain(
        *(_of_sensor(one, event.context) for one in event.sensors),
        *(_of_fields(where, own, event.context) for where, own in own_fields.parts(event)),
    )
    for name, found in either:
        if isinstance(found, float):
            numbers.add((name, found))
        else:
            values.add((name, 0, spelt(found)))
    return Traits(values, numbers)


def spelt(value: str) -> str:
    """Write a value as it stands in the index, which could not hold a page of text as a key."""
    if len(value) <= VALUE_MAX:
        return value.replace("\0", "\ufffd")
    return f"{DIGEST}{sha256(value.encode('utf-8', 'surrogatepass')).hexdigest()}"


def is_digest(value: str) -> bool:
    """Tell whether a value of the index stands for a longer one."""
    return len(value) == DIGEST_LENGTH and value.startswith(DIGEST)


def sensed(name: str, value: str, prefixes: Mapping[str, str]) -> str:
    """Write what a sensor says in a field as it stands in the index."""
    if name == "hexBinaryValue":
        return value.upper()  # the same bytes, whichever case their digits are written in
    if name in PLAIN:
        return value
    return vocabulary.bare("measurement", written_out(value, prefixes))


def standing(name: str) -> tuple[str, int | None]:
    """Say under which name of the index stands what a query asks for, and in which role."""
    return STANDING.get(name, (name, None if name in (EPC, CLASS) else 0))


def named(event: Event, name: str) -> Iterator[str]:
    """Yield what an event has under a name that a query may ask for."""
    where, role = standing(name)
    for found, in_role, value in _values(event):
        if found == where and role in (None, in_role):
            yield value


def _values(event: Event) -> list[Trait]:
    found = [(name, 0, spelt(value)) for name, value in _plain(event) if value]
    found += [(EPC, ROLES[epc.role], spelt(epc.canonical)) for epc in event.epcs]
    found += [(CLASS, CLASS_ROLES[one.role], spelt(one.canonical)) for one in event.classes]
    return found


def _plain(event: Event) -> list[tuple[str, str | None]]:
    """Tell what stands under its own name."""
    found: list[tuple[str, str | None]] = [
        ("type", event.type),
        ("action", event.action),
        ("bizStep", event.biz_step),
        ("disposition", event.disposition),
    ]
    if "persistentDisposition" in event.json:
        found += [("persistentDisposition_set", one) for one in event.set_dispositions]
        found += [("persistentDisposition_unset", one) for one in event.unset_dispositions]
    for name, id_ in (
        ("readPoint", event.read_point),
        ("bizLocation", event.biz_location),
        ("transformationID", event.transformation_id),
    ):
        if id_ is not None:
            found.append((name, id_.canonical))
    for name, listed in (
        ("bizTransaction", event.transactions),
        ("source", event.sources),
        ("destination", event.destinations),
    ):
        found += [(f"{name}_{typed.type}", typed.canonical) for typed in listed]
    if event.sensors:
        found.append(("sensorElementList", "true"))
    declared = event.error_declaration
    if declared is not None:
        found += [("errorDeclaration", "true"), ("errorReason", declared.reason)]
        found += [("correctiveEventID", one) for one in declared.corrective_event_ids]
    return found


def _numbers(event: Event) -> Iterator[Measure]:
    for each in event.classes:
        if each.quantity is not None:
            yield "quantity", float(each.quantity)
            if each.uom:
                yield f"quantity {each.uom}", float(each.quantity)


def _of_sensor(element: dict[str, Any], context: Context) -> Iterator[tuple[str, Any]]:
    reports = element.get("sensorReport") or ()
    for part in (element.get("sensorMetadata") or {}, *reports):
        for name, value in part.items():
            if name in SENSED:
                yield f"sensor {name}", sensed(name, _text(value), context.prefixes)
            elif name in MEASURED and part.get("uom"):
                yield f"{name} {part['uom']}", float(value)
            elif name == "percRank":
                yield name, float(value)
            elif name in TIMED:
                yield name, float(instant(value))


def _of_fields(
    where: str, fields: dict[str, Any], context: Context, *, inner: bool = False
) -> Iterator[tuple[str, Any]]:
    """Tell the fields that are its sender's own; what lies within another is `inner`."""
    name = f"inner {where}" if inner else where
    for field, value in fields.items():
        yield f"exists {name} {field}", "true"
        for one in value if isinstance(value, list) else [value]:
            if isinstance(one, dict) and "@value" not in one:
                within = {context.expanded(inner): each for inner, each in one.items()}
                yield from _of_fields(where, within, context, inner=True)
                continue
            plain = one["@value"] if isinstance(one, dict) else one
            yield f"{name} {field}", _text(plain)
            size = _size(plain)
            if size is not None:
                yield f"{name} {field}", size


def _size(value: Any) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    try:
        return float(instant(value)) if isinstance(value, str) else None
    except ValueError:
        return None


def _text(value: Any) -> str:
    """Write a value as a query does."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return value if isinstance(value, str) else str(value)
