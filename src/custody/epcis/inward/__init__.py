"""Which movements of ours is an event that somebody told us, or why is it none?"""

from dataclasses import dataclass

import orjson
from pydantic import ValidationError

from custody.epcis.event import Event
from custody.epcis.inward import hearing
from custody.epcis.inward.hearing import Body, Sites, ours_alone
from custody.epcis.inward.movements import FILLED, type_of
from custody.epcis.inward.reasons import NoMovement, Reason
from custody.epcis.outward.saying import UNTOLD
from custody.events import complaints, read_movement

REASON_MAX = 64
FIELDS_SHOWN_MAX = 5


@dataclass(frozen=True, slots=True)
class Understood:
    """The bodies of the movements that an event is, or the reason why there are none."""

    movements: tuple[Body, ...] = ()
    reason: Reason | None = None


def understood(event: Event, sites: Sites = ours_alone) -> Understood:
    """Read an event as movements: what POST /v1/movements takes, with ids that never change."""
    try:
        bodies = [*_bodies(event, sites)]
        for body in bodies:
            _assert_whole(body)
    except NoMovement as none:
        return Understood(reason=none.reason)
    return Understood(tuple(bodies))


def _bodies(event: Event, sites: Sites) -> list[Body]:
    own = hearing.unprefixed(hearing.own_words(event.extensions), event)
    if "part_of" in own:
        raise NoMovement("part_of_another")
    if event.error_declaration is not None:
        return _declared(event, own, sites)
    if "corrects" in own:
        return [_correction(event, own)]
    return _movements(event, own, sites)


def _movements(event: Event, own: Body, sites: Sites) -> list[Body]:
    type_ = type_of(event, own)
    if type_ not in FILLED:
        raise NoMovement("not_ours")
    site = hearing.site_of(event, sites)
    found = []
    when = event.json["eventTime"]
    for index, said in enumerate(FILLED[type_](event, own, sites)):
        # What the standard says counts before our own words, and both before nothing.
        beside = {name: value for name, value in own.items() if name not in UNTOLD}
        head = {"id": hearing.movement_id(event, index), "type": type_}
        found.append({**beside, **said, **head, "occurred_at": when, "site": site})
    if not found:
        raise NoMovement("not_ours")
    if type_ == "tag":
        for body in found:
            body.setdefault("reason", "other")
    return found


def _declared(event: Event, own: Body, sites: Sites) -> list[Body]:
    """An event is false: the movements that it was are taken back.

    Ours say which movement says so; of a correction, the corrective event says what is right.
    """
    said = event.json["errorDeclaration"]
    by = hearing.own_words({event.context.expanded(name): one for name, one in said.items()})
    declared = event.error_declaration
    assert declared is not None
    if "by" in by and declared.reason == "incorrect_data":
        raise NoMovement("told_by_corrective")
    targets = _movements(Event({**event.json, "errorDeclaration": None}, event.context), own, sites)
    site = targets[0]["site"]
    if "site" in by:
        site = hearing.site_of(_at(event, by["site"]), sites)
    bodies = []
    for index, target in enumerate(targets):
        about = f"void {declared.declared_at}"
        id_ = hearing.uuid(hearing.text(by.get("by"))) or hearing.movement_id(event, index, about)
        body = {"id": id_, "type": "void", "occurred_at": said["declarationTime"], "site": site}
        body["target"] = target["id"]
        reason = by.get("reason") if "by" in by else declared.reason
        if hearing.text(reason):
            body["reason"] = hearing.text(reason)[:REASON_MAX]
        if "by" in by and hearing.text(by.get("capture")):
            body["capture"] = by["capture"]
        bodies.append(body)
    return bodies


def _correction(event: Event, own: Body) -> Body:
    body = {
        "id": hearing.movement_id(event),
        "type": "correct",
        "occurred_at": own.get("corrected_at"),
        "site": hearing.site_of(_at(event, own.get("corrected_by", "")), ours_alone),
        "target": hearing.uuid(hearing.text(own["corrects"])),
        "values": own.get("values"),
        "reason": own.get("reason_of_correction"),
        "capture": own.get("capture_of_correction"),
    }
    return {name: value for name, value in body.items() if value is not None}


def _at(event: Event, place: object) -> Event:
    """Return the event as if it had happened at a place of ours."""
    return Event({**event.json, "readPoint": {"id": str(place)}}, event.context)


def _assert_whole(body: Body) -> None:
    """Refuse a movement that the standard's fields do not fill."""
    try:
        read_movement(orjson.dumps(body))
    except ValidationError as error:
        told = complaints.refused(error).errors
        fields = ", ".join(one.pointer.lstrip("/") for one in told[:FIELDS_SHOWN_MAX])
        raise NoMovement("incomplete", type=body["type"], fields=fields) from None


__all__ = ["Reason", "Sites", "Understood", "understood"]
