"""What was recorded, in the ledger's own order? The feed, and whether one movement arrived."""

from collections.abc import Sequence
from itertools import islice
from typing import Annotated, Any

from fastapi import Query
from orjson import Fragment, loads
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Resource, Subject
from custody.api import answers, receipts
from custody.api.auth import asks
from custody.api.desk import at_hand
from custody.api.parameters import AtLeast, Limit, Recorded
from custody.api.problems import language_of
from custody.api.reach import carriers, may, places
from custody.api.routes import answer, link, problems, router
from custody.custodian import Receipt
from custody.events import BY_TYPE, Movement, decode
from custody.events.vocabulary import MovementId
from custody.ledger import Record
from custody.projections.freshness import snapshot
from custody.terms import FieldError, Refused, rfc3339

routes = router("facts")

Types = Annotated[
    str,
    Query(
        pattern=r"^[a-z_]+(?:,[a-z_]+)*$",
        max_length=1_000,
        description="Types of facts, with commas between. 事实类型，以逗号分隔。",
    ),
]


@routes.get("/v1/facts", response_model=answers.Facts)
def list_facts(
    request: Request,
    asker: Annotated[Subject, asks("read_feed")],
    _: Recorded,
    after: AtLeast = 0,
    types: Types | None = None,
    limit: Limit = 100,
) -> Response:
    """List what was recorded past a position: whoever goes on from `next` misses nothing.

    Who may see a part of the network is told what concerns it: a page may have few items, or none,
    and lead on.
    """
    ledger = at_hand(request).ledger
    head = ledger.head().position
    records = ledger.since(after, limit + 1, types=_known(types))
    shown = records[:limit]
    told: dict[str, Any] = {"items": [_fact(record) for record in _seen(request, asker, shown)]}
    position = max(head, shown[-1].position if shown else 0)
    if len(records) <= limit:
        return answer(request, told, position)
    told["next"] = shown[-1].position
    response = answer(request, told, position)
    response.headers["Link"] = link(request, after=str(told["next"]))
    return response


@routes.get(
    "/v1/movements/{id}",
    response_model=answers.Receipt,
    responses=problems(404),
    tags=["movements"],
)
def find_movement(
    request: Request,
    asker: Annotated[Subject, asks("read_movement")],
    id: MovementId,  # noqa: A002
    _: Recorded,
) -> Response:
    """Say whether a movement arrived: the first answer again, or 404."""
    past = at_hand(request).ledger.read([f"movement:{id}"], redacted=True)
    # Those that take it back are about it too; only its own record begins with it.
    own = [record for record in past.records if record.subjects[0] == f"movement:{id}"]
    if not own:
        raise Refused("not_found")
    carried_by: tuple[str, ...] = ()
    if not own[0].redacted:
        carried_by = tuple(carriers(decode(own[0].type, own[0].version, own[0].data)))
    with snapshot(at_hand(request).engine) as (connection, _known):
        resource = Resource(tuple(places(connection, asker, _site(own[0]))), carriers=carried_by)
    may(asker, "read_movement", resource)
    remarks = loads(own[0].remarks) if own[0].remarks else []
    receipt = Receipt(id, remarks, own[0].position, own[0].recorded_at)
    told = receipts.receipt(receipt, "recorded", language_of(request))
    return answer(request, told, past.head)


def _site(record: Record) -> list[str]:
    """Name the site that posted a movement: the first that its record is about."""
    sites = (one.removeprefix("site:") for one in record.subjects if one.startswith("site:"))
    return [*islice(sites, 1)]


def _seen(request: Request, asker: Subject, records: Sequence[Record]) -> list[Record]:
    """Leave out what concerns no site, and no organisation, that is the asker's to see."""
    scope = asker.scope
    if scope.everything:
        return list(records)
    named = {name for record in records for name in record.subjects if name.startswith("site:")}
    with snapshot(at_hand(request).engine) as (connection, _):
        found = places(connection, asker, [name[5:] for name in named])
    ours = {f"site:{place.site}" for place in found if scope.covers(place)}
    ours.add(f"organisation:{scope.organisation}")
    return [record for record in records if not ours.isdisjoint(record.subjects)]


def _known(types: str | None) -> list[str]:
    named = types.split(",") if types else []
    if set(named) <= BY_TYPE.keys():
        return named
    known = {"expected": ", ".join(BY_TYPE)}
    raise Refused("invalid_parameters", FieldError("/types", "not_in_list", known))


def _fact(record: Record) -> dict[str, Any]:
    told: dict[str, Any] = {"id": None, "occurred_at": None, "data": None}
    if not record.redacted:
        fact = decode(record.type, record.version, record.data)
        if isinstance(fact, Movement):
            told.update(id=fact.id, occurred_at=rfc3339(fact.at))
        told["data"] = Fragment(record.data)
    return {
        "position": record.position,
        "id": told["id"],
        "type": record.type,
        "version": record.version,
        "occurred_at": told["occurred_at"],
        "recorded_at": rfc3339(record.recorded_at),
        "subjects": record.subjects,
        "data": told["data"],
    }
