"""What do the parts of an event mean to us: its site, batteries, papers, measurements?"""

import re
from collections.abc import Callable, Iterable
from hashlib import sha256
from typing import Any, Final
from urllib.parse import unquote

from custody.codes.consignment import FOREIGN_MAX
from custody.epcis import own_names
from custody.epcis.event import Event, Id
from custody.epcis.hashing import event_hash
from custody.epcis.inward.reasons import NoMovement
from custody.epcis.outward.saying import NAMESPACE, UNITS

Body = dict[str, Any]
Sites = Callable[[str], str | None]
"""Which site of ours a location is, by its canonical form; None if it is none."""

_V7: Final = re.compile(
    r"urn:uuid:([0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12})"
)
_NUMBER_OF_GS1: Final = re.compile(r"https://id\.gs1\.org/40[12]/(.+)")

FACTORS: Final = {
    ("Mass", "GRM"): ("mass_g", 1),
    ("Mass", "KGM"): ("mass_g", 1_000),
    ("Voltage", "2Z"): ("open_circuit_voltage_mv", 1),
    ("Voltage", "VLT"): ("open_circuit_voltage_mv", 1_000),
    ("Resistance", "E45"): ("internal_resistance_mohm", 1),
    ("Resistance", "OHM"): ("internal_resistance_mohm", 1_000),
}
"""What others measure, in which unit → our field, and how many of its unit one is."""


def ours_alone(_location: str) -> None:
    """Know no location but those written in our own way."""
    return


def uuid(uri: str) -> str | None:
    """Return the id of a movement that an event's id names, if it can be one."""
    match = _V7.fullmatch(uri)
    return None if match is None else match[1]


def movement_id(event: Event, index: int = 0, about: str = "") -> str:
    """Name the movement that an event is, always the same: its own id, or one made of it."""
    name = event.event_id or event_hash(event)
    own = uuid(name)
    if own is not None and not index and not about:
        return own
    digest = sha256(f"{name}\n{about}\n{index}".encode()).hexdigest()
    at = f"{max(event.event_time, 0):012x}"[-12:]
    variant = "89ab"[int(digest[3], 16) % 4]
    return f"{at[:8]}-{at[8:]}-7{digest[:3]}-{variant}{digest[4:7]}-{digest[7:19]}"


def own_words(said: dict[str, Any]) -> Body:
    """Return what stands under our prefix, names within values too."""
    return {
        name.removeprefix(NAMESPACE): value
        for name, value in said.items()
        if name.startswith(NAMESPACE)
    }


def unprefixed(value: Any, event: Event) -> Any:
    """Take our prefix from the names within a value."""
    if isinstance(value, dict):
        return {
            event.context.expanded(name).removeprefix(NAMESPACE): unprefixed(inner, event)
            for name, inner in value.items()
        }
    return [unprefixed(inner, event) for inner in value] if isinstance(value, list) else value


def texts(own: Body, name: str) -> list[str]:
    """Take a list of texts out of our own words."""
    value = own.pop(name, [])
    if not isinstance(value, list) or not all(isinstance(one, str) for one in value):
        raise NoMovement("incomplete", type=own.get("type"), fields=f"custody:{name}")
    return value


def objects(own: Body, name: str, *fields: str) -> list[Body]:
    """Take a list of objects that have these fields out of our own words."""
    value = own.pop(name, [])
    if not isinstance(value, list) or not all(
        isinstance(one, dict) and one.keys() >= {*fields} for one in value
    ):
        raise NoMovement("incomplete", type=own.get("type"), fields=f"custody:{name}")
    return value


def described(own: Body) -> Body:
    """Take the description of a battery out of our own words."""
    value = own.pop("battery", {})
    if not isinstance(value, dict):
        raise NoMovement("incomplete", type=own.get("type"), fields="custody:battery")
    return value


def text(value: Any) -> str:
    """Return a text of our own words, or nothing where something else stands."""
    return value if isinstance(value, str) else ""


def site_of(event: Event, sites: Sites) -> str:
    """Return the site at which it happened."""
    place = event.read_point or event.biz_location
    found = None if place is None else site(place, sites)
    if found is None:
        raise NoMovement("site_unknown", uri="–" if place is None else place.uri)
    return found


def site(place: Id, sites: Sites) -> str | None:
    """Return the site that a location is, or lies in."""
    own = own_names.one(place.uri, "site")
    within = own_names.parts(place.uri, "place")
    if own is not None or within is not None:
        return own if within is None else within[0]
    return sites(place.canonical) or sites(place.canonical.partition("/254/")[0])


def battery(uri: str) -> str:
    """Return the reference of a battery."""
    found = own_names.battery(uri)
    if found is None:
        raise NoMovement("battery_unreadable", uri=uri)
    return found


def batteries(event: Event, role: str) -> list[str]:
    """Return the batteries of a list; the number of a consignment is none."""
    return [
        battery(one.uri)
        for one in event.epcs
        if one.role == role and own_names.one(one.uri, "consignment") is None
    ]


def consignment(event: Event, *types: str) -> str:
    """Return the number of the consignment that an event belongs to."""
    papers = [one for one in event.transactions if one.type in types]
    for one in papers:
        own = own_names.one(one.uri, "consignment")
        if own is not None:
            return own
    for one in papers:
        match = _NUMBER_OF_GS1.fullmatch(one.canonical)
        number = one.canonical if match is None else unquote(match[1])
        if len(number) <= FOREIGN_MAX:
            return f"x:{number}"
    raise NoMovement("consignment_unknown")


def paper(event: Event, kind: own_names.Kind) -> str | None:
    """Return what a paper of ours is called."""
    found = (own_names.one(one.uri, kind) for one in event.transactions)
    return next((name for name in found if name is not None), None)


def measured(event: Event) -> Body:
    """Return what was measured, in our fields and units."""
    found: Body = {}
    for element in event.sensors:
        for report in element["sensorReport"]:
            own = next(
                (one for name, one in report.items() if _means(event, name, "measures")), None
            )
            value = report.get("value")
            if value is None:
                continue
            if own in UNITS:
                found[own] = value
            elif (key := (report["type"], report.get("uom"))) in FACTORS:
                name, factor = FACTORS[key]
                found.setdefault(name, round(value * factor))
    return found


def amounts(event: Event, role: str, kind: own_names.Kind, called: str) -> list[Body]:
    """Return how much there is of each kind of matter."""
    found = []
    for one in event.classes:
        if one.role != role:
            continue
        name = own_names.one(one.uri, kind)
        factor = {"GRM": 1, "KGM": 1_000}.get(one.uom or "")
        if name is None or factor is None or one.quantity is None:
            raise NoMovement("incomplete", type=event.biz_step, fields=one.uri)
        found.append({called: name, "mass_g": round(one.quantity * factor)})
    return found


def filled(**fields: Any) -> Body:
    """Leave out what is not said."""
    return {name: value for name, value in fields.items() if value is not None and value != []}


def refs(uris: Iterable[str]) -> list[str]:
    """Read batteries."""
    return [battery(uri) for uri in uris]


def _means(event: Event, name: str, own: str) -> bool:
    return event.context.expanded(name) == NAMESPACE + own
