"""What happens in the tests' small world? One battery's week, unless a test says otherwise.

A movement's id follows from what it says, so the same words make the same movement, whichever
test speaks them and in which order.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any

from custody.codes import consignment_no, gbt34014, make_uscc
from custody.custodian import Posted
from custody.decisions import Poster
from custody.events import (
    Dismantled,
    Dispatched,
    DroppedOff,
    Fact,
    Inspected,
    Movement,
    OrganisationRegistered,
    Received,
    Registration,
    SiteRegistered,
    Stored,
    TerminalRegistered,
    Voided,
    movement_adapter,
)
from custody.terms import DAY, Millis, millis, rfc3339

monday = millis(datetime(2026, 3, 2, 1, tzinfo=UTC))  # nine in the morning in Hangzhou
tuesday, wednesday, thursday, friday, saturday, sunday = (monday + n * DAY for n in range(1, 7))
next_monday = monday + 7 * DAY

pack, other, third = (
    "gbt34014:" + gbt34014("04Q", "P", "B", "76", "836300J", date=date(2024, 5, 6), serial=number)
    for number in (1, 2, 3)
)
two = (pack, other)

POINT, CENTRE, BASE = "330106-0007", "330106-0100", "330109-0001"
NOWHERE = "990000-0000"
"""A site that nobody registered."""

collector, recycler, carrier = (make_uscc("330106", n) for n in (1, 2, 3))
stranger = make_uscc("330106", 4)

road, return_road = (consignment_no("330106", date(2026, 3, 5), n) for n in (1, 2))
from_elsewhere = "x:SF-20260305/77"


def uuid7(at: Millis, seed: str) -> str:
    """Make a movement's id as a terminal would: the instant, and digits that seem random."""
    digits = f"{at:012x}7{sha256(seed.encode()).hexdigest()}"
    variant = f"8{digits[17:20]}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{variant}-{digits[20:32]}"


def movement(type_: str, at: Millis, site: str, said: Mapping[str, Any]) -> Any:
    """Make a movement from its bytes; None stands for unsaid, and `class_` for class."""
    body = {"type": type_, "occurred_at": rfc3339(at), "site": site, **said}
    body = {name.rstrip("_"): value for name, value in body.items() if value is not None}
    body.setdefault("id", uuid7(at, json.dumps(body, sort_keys=True)))
    return movement_adapter.validate_json(json.dumps(body))


def drop_off(
    battery: str = pack, *, at: Millis = monday, site: str = POINT, **said: Any
) -> DroppedOff:
    described = {
        name: said.pop(name)
        for name in ("chemistry", "mass_g", "condition", "maker", "brand")
        if name in said
    }
    said = {"battery": {"code": battery, **described}, "channel": "walk_in", **said}
    fact: DroppedOff = movement("drop_off", at, site, said)
    return fact


def store(
    batteries: Sequence[str] = (pack,),
    *,
    at: Millis = tuesday,
    site: str = POINT,
    place: str = "A-1",
    **said: Any,
) -> Stored:
    said = {"batteries": batteries, "place": place, **said}
    fact: Stored = movement("store", at, site, said)
    return fact


def inspect(
    battery: str = pack, *, at: Millis = wednesday, site: str = POINT, **said: Any
) -> Inspected:
    said = {"battery": battery, "verdict": "treat", **said}
    fact: Inspected = movement("inspect", at, site, said)
    return fact


def dispatch(
    batteries: Sequence[str] = (pack,),
    *,
    at: Millis = thursday,
    site: str = POINT,
    to_site: str = CENTRE,
    consignment: str = road,
    **said: Any,
) -> Dispatched:
    said = {
        "consignment": consignment,
        "batteries": batteries,
        "to_site": to_site,
        "carrier": carrier,
        **said,
    }
    fact: Dispatched = movement("dispatch", at, site, said)
    return fact


def receive(
    accepted: Sequence[str] = (pack,),
    *,
    at: Millis = friday,
    site: str = CENTRE,
    consignment: str = road,
    rejected: Sequence[str] = (),
    **said: Any,
) -> Received:
    said = {"consignment": consignment, "accepted": accepted, **said}
    if rejected:
        said["rejected"] = [{"battery": ref, "reason": "leaking"} for ref in rejected]
    fact: Received = movement("receive", at, site, said)
    return fact


def dismantle(
    battery: str = pack, *, at: Millis = saturday, site: str = CENTRE, **said: Any
) -> Dismantled:
    said = {"battery": battery, "outputs": [{"fraction": "cells", "mass_g": 5000}], **said}
    fact: Dismantled = movement("dismantle", at, site, said)
    return fact


def void(
    target: Movement | str, *, at: Millis = sunday, site: str | None = None, **said: Any
) -> Voided:
    """Take a movement back; unless said otherwise its own site does."""
    if isinstance(target, Movement):
        site, target = site or target.site, target.id
    fact: Voided = movement("void", at, site or POINT, {"target": target, **said})
    return fact


def organisation(uscc: str = collector, **said: Any) -> OrganisationRegistered:
    said = {"type": "organisation_registered", "uscc": uscc, "name": "绿循", **_written(said)}
    return OrganisationRegistered.model_validate_json(json.dumps(said))


def site(site_id: str = POINT, **said: Any) -> SiteRegistered:
    said = {
        "type": "site_registered",
        "site": site_id,
        "kind": "collection_point",
        "name": "文三路回收点",
        "division": site_id[:6],
        "organisation": collector,
        **_written(said),
    }
    return SiteRegistered.model_validate_json(json.dumps(said))


def terminal(
    terminal_id: str = f"{POINT}-T1", *, site: str = POINT, **said: Any
) -> TerminalRegistered:
    said = {"type": "terminal_registered", "terminal": terminal_id, "site": site, **_written(said)}
    return TerminalRegistered.model_validate_json(json.dumps(said))


def _written(said: Mapping[str, Any]) -> dict[str, Any]:
    """Write the instants of a registration, which tests give in milliseconds, as it says them."""
    return {
        name: rfc3339(value) if name in ("active_from", "active_to") else value
        for name, value in said.items()
    }


network: tuple[Registration, ...] = (
    organisation(collector),
    organisation(recycler, name="宁源"),
    organisation(carrier, name="安序危运"),
    site(POINT),
    site(CENTRE, kind="sorting_centre", name="西湖分拣中心"),
    site(BASE, kind="dismantling_base", name="萧山拆解基地", organisation=recycler),
)
"""Who takes part: a collector with a point and a centre, a recycler with a base, and a carrier."""


def data(fact: Fact) -> bytes:
    """Return a fact's bytes, as its terminal would send them: what it left unsaid is not there."""
    return fact.model_dump_json(by_alias=True, exclude_unset=True).encode()


def poster_of(fact: Movement) -> Poster:
    """Return a key that may post this movement."""
    return Poster(key=f"key-{fact.site}", site=fact.site)


def posted(fact: Movement, bytes_: bytes | None = None, **how: Any) -> Posted:
    """Hand a movement in, a week after it all began, as its own site."""
    how = {"poster": poster_of(fact), "received_at": next_monday, **how}
    return Posted(fact, data(fact) if bytes_ is None else bytes_, **how)
