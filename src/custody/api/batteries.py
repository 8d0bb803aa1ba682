"""Where is a battery, who answers for it, and what became of it?"""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Literal

import orjson
from fastapi import Query
from orjson import Fragment
from sqlalchemy import Connection
from starlette.requests import Request
from starlette.responses import Response

from custody import history
from custody.access import Action, Resource, Subject
from custody.api import answers, bodies, cursors, receipts
from custody.api.auth import asks
from custody.api.desk import at_hand
from custody.api.language import Language
from custody.api.parameters import (
    Cursor,
    Duration,
    Limit,
    Moment,
    Projected,
    Recorded,
    duration,
    instant,
)
from custody.api.problems import language_of
from custody.api.reach import may, may_at, moment, places
from custody.api.routes import answer, page, problems, router, when
from custody.api.weighing import weighed
from custody.events.vocabulary import BatteryRef, Chemistry, SiteId, State
from custody.events.whereabouts import Whereabouts
from custody.history import History, Told
from custody.projections import carriage, consignments, location, registry
from custody.projections.freshness import snapshot
from custody.projections.tables import Row
from custody.terms import Millis, Refused, rfc3339

routes = router("batteries")

Grade = Annotated[str, Query(pattern=r"^[A-Za-z0-9._-]{1,64}$")]
HISTORY_TYPES: dict[int | str, dict[str, Any]] = {
    200: {
        "content": {
            bodies.NDJSON: {"schema": {"type": "string", "description": "One item a line."}}
        }
    }
}


@routes.get("/v1/batteries", response_model=answers.Page[answers.BatteryRow])
def list_batteries(
    request: Request,
    asker: Annotated[Subject, asks("list_batteries")],
    _: Projected,
    site: SiteId | None = None,
    state: State | None = None,
    chemistry: Chemistry | None = None,
    grade: Grade | None = None,
    held_longer_than: Duration | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List batteries by reference.

    `held_longer_than` is `P30D`, `PT12H` or `P1DT12H`: in stock where they are for that long.
    """
    desk = at_hand(request)
    since = None if held_longer_than is None else desk.clock() - duration(held_longer_than)
    with moment(request, asker) as (connection, position):
        may_at(connection, asker, "list_batteries", site)
        rows = location.listing(
            connection,
            site=site,
            state=state,
            chemistry=chemistry,
            grade=grade,
            held_since=since,
            scope=asker.scope,
            after=cursors.read(request, cursor),
            limit=limit + 1,
        )
        custodians = _custodians(connection, rows)
    return page(
        request, rows, limit, position, lambda row: _row(row, custodians), lambda row: row["ref"]
    )


@routes.get(
    "/v1/batteries/{ref:path}/history",
    response_model=answers.History,
    responses={**problems(404), **HISTORY_TYPES},
)
def tell_history(
    request: Request,
    asker: Annotated[Subject, asks("read_history")],
    ref: BatteryRef,
    _: Recorded,
    order: Literal["effective", "recorded"] = "effective",
    as_of: Moment | None = None,
    known_at: Moment | None = None,
) -> Response:
    """Tell every fact about a battery, late and voided ones marked.

    `Accept: application/x-ndjson` gives a line each.
    """
    desk = at_hand(request)
    found = history.read(desk.ledger, ref)
    if not found.told and not found.redacted:
        raise Refused("not_found")
    # Whoever has the battery now may know its past, and nobody else because he once had it.
    with snapshot(desk.engine) as (connection, _known):
        may_see(connection, asker, "read_history", ref, found.whereabouts())
    if known_at is not None:
        found = history.read(desk.ledger, ref, instant(known_at))
    if as_of is not None:
        found = found.until(instant(as_of))
    items = told(found, order, language_of(request))
    if dict(weighed(request.headers.get("accept", ""))).get(bodies.NDJSON):
        # A line break inside a body stands between its values, and a blank does as well there.
        lines = b"".join(orjson.dumps(item).replace(b"\n", b" ") + b"\n" for item in items)
        headers = {"Custody-Position": str(found.position)}
        return Response(lines, 200, headers, bodies.NDJSON)
    return answer(request, {"ref": ref, "items": items, "position": found.position}, found.position)


@routes.get("/v1/batteries/{ref:path}", response_model=answers.Battery, responses=problems(404))
def find_battery(
    request: Request,
    asker: Annotated[Subject, asks("read_battery")],
    ref: BatteryRef,
    _: Projected,
    as_of: Moment | None = None,
    known_at: Moment | None = None,
) -> Response:
    """Say where a battery is, in what state, and who answers for it.

    `as_of`: at that instant, as we know now; `known_at`: as we knew it then; both: as we knew then
    of that instant.
    """
    desk = at_hand(request)
    with snapshot(desk.engine) as (connection, projected):
        row = location.find(connection, ref)
        if row is None:
            raise Refused("not_found")
        may_see(connection, asker, "read_battery", ref, location.whereabouts_of(row))
        known = None if known_at is None else instant(known_at)
        at = None if as_of is None else instant(as_of)
        in_the_past = as_of is not None or known_at is not None
        # What is known now is told as the projections have it, remarks included.
        found = history.read(desk.ledger, ref, known, None if in_the_past else projected)
        if at is not None:
            found = found.until(at)
        if in_the_past:
            row = {**location.columns(ref, found.whereabouts()), "facts": len(found.told)}
        custodians = _custodians(connection, [row], at)
    position = found.position if in_the_past else projected
    return answer(
        request,
        {
            **_row(row, custodians),
            "ref": ref,
            "codes": found.codes,
            "holds": location.holds(row),
            "open_remarks": _open_remarks(found, language_of(request)),
            "position": position,
        },
        position,
    )


def told(found: History, order: str, language: Language) -> list[dict[str, Any]]:
    """Tell the facts of a history, each with its body as it was posted.

    Of one whose body was destroyed there is nothing but its place to tell.
    """
    effective = order == "effective"
    facts = found.all_in_effective_order() if effective else found.all_as_recorded()
    return [
        _told(one, found, language)
        if isinstance(one, Told)
        else {"position": one.position, "redacted": True}
        for one in facts
    ]


def _told(one: Told, found: History, language: Language) -> dict[str, Any]:
    return {
        "position": one.record.position,
        "id": one.fact.id,
        "type": one.record.type,
        "version": one.record.version,
        "occurred_at": rfc3339(one.fact.at),
        "recorded_at": rfc3339(one.record.recorded_at),
        "late": one.late,
        "voided_by": one.voided_by,
        "corrected_by": one.corrected_by,
        "data": Fragment(one.record.data),
        "remarks": _remarks(one, found.codes, language),
    }


def _remarks(one: Told, codes: Sequence[str], language: Language) -> list[dict[str, Any]]:
    """Tell the remarks on a fact that concern this battery, or nobody in particular."""
    own = {f"battery:{code}" for code in codes}
    stored = orjson.loads(one.record.remarks) if one.record.remarks else []
    return [
        receipts.remark(remark, language)
        for remark in stored
        if not own.isdisjoint(remark["subjects"])
        or not any(subject.startswith("battery:") for subject in remark["subjects"])
    ]


def _open_remarks(found: History, language: Language) -> list[dict[str, Any]]:
    return [
        {**remark, "movement": one.fact.id, "position": one.record.position}
        for one in found.told
        if one.verdict is None
        for remark in _remarks(one, found.codes, language)
    ]


def may_see(
    connection: Connection, asker: Subject, action: Action, ref: str, battery: Whereabouts
) -> None:
    """Refuse a battery that is no concern of the asker's.

    It concerns whoever has it, is to receive it or was given it to carry, and who answers for it.
    """
    if asker.scope.everything:
        return
    kind, _, custodian = (battery["custodian"] or "").partition(":")
    answers_for_it = custodian if kind == "site" else None
    sites = {battery["site"], answers_for_it, *consignments.awaiting(connection, ref)}
    carried = kind == "carrier" and _was_given(connection, custodian, battery)
    resource = Resource(
        places=tuple(places(connection, asker, sites)),
        left=tuple(places(connection, asker, [battery["consignor"]])),
        carriers=(custodian,) if carried else (),
    )
    may(asker, action, resource)


def _was_given(connection: Connection, carrier: str, battery: Whereabouts) -> bool:
    """Tell whether a carrier has a battery by a word that counts."""
    no, sender = battery["consignment"], battery["consignor"]
    row = consignments.find(connection, no) if no is not None else None
    return row is not None and sender is not None and carriage.is_told(row, sender, carrier)


def _custodians(
    connection: Connection, rows: Sequence[Row], at: Millis | None = None
) -> dict[str, str]:
    """Name who answers for each site that has a battery: the organisation it belongs to."""
    sites = {row["custodian"][5:] for row in rows if str(row["custodian"]).startswith("site:")}
    owners = registry.organisations(connection, sites, at)
    return {f"site:{site}": uscc for site, uscc in owners.items()}


def _row(row: Row, custodians: Mapping[str, str]) -> dict[str, Any]:
    kind, _, carrier = (row["custodian"] or "").partition(":")
    return {
        "ref": row["ref"],
        "state": row["state"],
        "site": row["site"],
        "place": row["place"],
        "custodian": (carrier if kind == "carrier" else custodians.get(row["custodian"])) or None,
        "consignment": row["consignment"],
        "since": when(row["since"]) if row["state"] else None,
        "condition": location.conditions(row),
        "class": row["storage_class"],
        "grade": row["grade"],
        "chemistry": row["chemistry"],
        "mass_g": row["mass_g"],
        "version": row["facts"],
        "must_treat": bool(row["must_treat"]),
    }
