"""What happens in the tests' small world? One battery's week, unless a test says otherwise.

A movement's id follows from what it says, so the same words make the same movement, whichever
test speaks them and in which order.
"""

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from hashlib import sha256
from typing import Any, TypeVar, get_args

from custody.codes import consignment_no, gbt34014, make_uscc
from custody.codes import tag as tag_code
from custody.custodian import Posted
from custody.decisions import Poster
from custody.events import (
    Corrected,
    Dismantled,
    Dispatched,
    Disposed,
    DroppedOff,
    Fact,
    Graded,
    HandedOn,
    HoldPlaced,
    HoldReleased,
    IncidentReported,
    Inspected,
    Movement,
    OrderAdvanced,
    OrganisationRegistered,
    Received,
    Recovered,
    Registration,
    Repurposed,
    RouteRegistered,
    SiteRegistered,
    StockTaken,
    Stored,
    Tagged,
    TerminalRegistered,
    Voided,
    movement_adapter,
)
from custody.terms import DAY, HOUR, Millis, millis, rfc3339

monday = millis(datetime(2026, 3, 2, 1, tzinfo=UTC))  # nine in the morning in Hangzhou
tuesday, wednesday, thursday, friday, saturday, sunday = (monday + n * DAY for n in range(1, 7))
next_monday = monday + 7 * DAY

pack, other, third = (
    "gbt34014:" + gbt34014("04Q", "P", "B", "76", "836300J", date=date(2024, 5, 6), serial=number)
    for number in (1, 2, 3)
)
two = (pack, other)
sticker, spare_sticker = ("tag:" + tag_code(2026, "330106", number) for number in (1, 2))
"""Tags that a point has ready for packs without a legible code."""

POINT, CENTRE, BASE = "330106-0007", "330106-0100", "330109-0001"
NOWHERE = "330110-0000"
"""A site that nobody registered."""

collector, recycler, carrier = (make_uscc("330106", n) for n in (1, 2, 3))
stranger = make_uscc("330106", 4)

road, return_road = (consignment_no("330106", date(2026, 3, 5), n) for n in (1, 2))
from_elsewhere = "x:SF-20260305/77"

ORDERS = ordered_online, ordered_by_phone = "JD-88/1", "ORDER-2"
STEPS = ("ordered", "scheduled", "collected", "failed", "cancelled")


def uuid7(at: Millis, seed: str) -> str:
    """Make a movement's id as a terminal would: the instant, and digits that seem random."""
    digits = f"{at:012x}7{sha256(seed.encode()).hexdigest()}"
    variant = f"8{digits[17:20]}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{variant}-{digits[20:32]}"


M = TypeVar("M", bound=Movement)


def movement(type_: str, at: Millis, site: str, said: Mapping[str, Any]) -> Any:
    """Make a movement from its bytes; None stands for unsaid, and `class_` for class."""
    body = {"type": type_, "occurred_at": rfc3339(at), "site": site, **said}
    body = {name.rstrip("_"): value for name, value in body.items() if value is not None}
    body.setdefault("id", uuid7(at, json.dumps(body, sort_keys=True)))
    return movement_adapter.validate_json(json.dumps(body))


def _made(kind: type[M], at: Millis, said: dict[str, Any], site: str = POINT) -> M:
    (type_,) = get_args(kind.model_fields["type"].annotation)
    fact = movement(type_, at, said.pop("site", site), said)
    assert isinstance(fact, kind)
    return fact


def _described(battery: str, said: dict[str, Any]) -> dict[str, Any]:
    names = {"chemistry", "mass_g", "condition", "maker", "brand"} & said.keys()
    return {"code": battery, **{name: said.pop(name) for name in sorted(names)}}


def drop_off(battery: str = pack, *, at: Millis = monday, **said: Any) -> DroppedOff:
    said["battery"] = _described(battery, said)
    return _made(DroppedOff, at, {"channel": "walk_in", **said})


def tag(battery: str = sticker, *, at: Millis = monday, **said: Any) -> Tagged:
    said["battery"] = _described(battery, said)
    return _made(Tagged, at, {"reason": "no_code", **said})


def store(batteries: Sequence[str] = (pack,), *, at: Millis = tuesday, **said: Any) -> Stored:
    return _made(Stored, at, {"batteries": batteries, "place": "A-1", **said})


def inspect(battery: str = pack, *, at: Millis = wednesday, **said: Any) -> Inspected:
    return _made(Inspected, at, {"battery": battery, "verdict": "treat", **said})


def grade(battery: str = pack, *, at: Millis = wednesday, **said: Any) -> Graded:
    return _made(Graded, at, {"battery": battery, "grade": "B", **said})


def dispatch(
    batteries: Sequence[str] = (pack,), *, at: Millis = thursday, **said: Any
) -> Dispatched:
    said = {"consignment": road, "to_site": CENTRE, "carrier": carrier, **said}
    return _made(Dispatched, at, {"batteries": batteries, **said})


def hand_on(*, at: Millis = thursday + HOUR, **said: Any) -> HandedOn:
    said = {"consignment": road, "from_carrier": carrier, "to_carrier": stranger, **said}
    return _made(HandedOn, at, said)


def receive(
    accepted: Sequence[str] = (pack,),
    *,
    at: Millis = friday,
    rejected: Sequence[str] = (),
    **said: Any,
) -> Received:
    if rejected:
        said["rejected"] = [{"battery": ref, "reason": "leaking"} for ref in rejected]
    return _made(Received, at, {"consignment": road, "accepted": accepted, **said}, CENTRE)


def dismantle(battery: str = pack, *, at: Millis = saturday, **said: Any) -> Dismantled:
    outputs = [{"fraction": "cells", "mass_g": 5000}]
    return _made(Dismantled, at, {"battery": battery, "outputs": outputs, **said}, CENTRE)


def recover(batteries: Sequence[str] = (pack,), *, at: Millis = saturday, **said: Any) -> Recovered:
    outputs = [{"material": "copper", "mass_g": 900}]
    said = {"batteries": batteries, "outputs": outputs, "process": "hydrometallurgy", **said}
    return _made(Recovered, at, said, CENTRE)


def second_life(battery: str = pack, *, at: Millis = saturday, **said: Any) -> Repurposed:
    return _made(Repurposed, at, {"battery": battery, "use": "base_station", **said}, CENTRE)


def dispose(batteries: Sequence[str] = (pack,), *, at: Millis = saturday, **said: Any) -> Disposed:
    return _made(Disposed, at, {"batteries": batteries, **said}, CENTRE)


def stock_take(
    counted: Sequence[str] = (pack,), *, at: Millis = wednesday, **said: Any
) -> StockTaken:
    return _made(StockTaken, at, {"counted": counted, "frozen_at": rfc3339(at), **said})


def incident(
    kind: str, batteries: Sequence[str] = (pack,), *, at: Millis = wednesday, **said: Any
) -> IncidentReported:
    return _made(IncidentReported, at, {"kind": kind, "batteries": batteries, **said})


def hold(batteries: Sequence[str] = (pack,), *, at: Millis = wednesday, **said: Any) -> HoldPlaced:
    return _made(HoldPlaced, at, {"batteries": batteries, "case": "C-1", **said})


def release_hold(
    batteries: Sequence[str] = (pack,), *, at: Millis = friday, **said: Any
) -> HoldReleased:
    return _made(HoldReleased, at, {"batteries": batteries, "case": "C-1", **said})


def order(
    step: str = "ordered", *, no: str = ordered_online, at: Millis = monday - DAY, **said: Any
) -> OrderAdvanced:
    said = {"order": no, "service": "pickup", "step": step, **said}
    return _made(OrderAdvanced, at, said)


def void(target: Movement | str, *, at: Millis = sunday, **said: Any) -> Voided:
    """Take a movement back; unless said otherwise its own site does."""
    return _made(Voided, at, _about(target, said))


def correct(
    target: Movement | str, values: Mapping[str, Any], *, at: Millis = sunday, **said: Any
) -> Corrected:
    """Put a movement right; unless said otherwise its own site does."""
    return _made(Corrected, at, {"values": values, **_about(target, said)})


def _about(target: Movement | str, said: dict[str, Any]) -> dict[str, Any]:
    if not isinstance(target, Movement):
        return {"target": target, **said}
    return {"target": target.id, **said, "site": said.get("site") or target.site}


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


def route(from_kind: str, to_kind: str, **said: Any) -> RouteRegistered:
    said = {
        "type": "route_registered",
        "from_kind": from_kind,
        "to_kind": to_kind,
        **_written(said),
    }
    return RouteRegistered.model_validate_json(json.dumps(said))


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
    route("collection_point", "sorting_centre", division="3301"),
    route("collection_point", "dismantling_base", division="330106"),
)
"""Who takes part: a collector with a point and a centre, a recycler with a base, and a carrier.

Points need not go by a transfer station, nor by the centre: it is a pilot of integrated haulage.
"""


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
