"""What was recorded, in the ledger's own order? The feed, and whether one movement arrived."""

from typing import Annotated, Any

from fastapi import Query
from orjson import Fragment, loads
from starlette.requests import Request
from starlette.responses import Response

from custody.api import answers, receipts
from custody.api.auth import Anyone, Reader, own_site
from custody.api.desk import at_hand
from custody.api.parameters import AtLeast, Limit, Recorded
from custody.api.problems import language_of
from custody.api.routes import answer, link, problems, router
from custody.custodian import Receipt
from custody.events import BY_TYPE, Movement, decode
from custody.events.vocabulary import MovementId
from custody.ledger import Record
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
    key: Reader,
    _: Recorded,
    after: AtLeast = 0,
    types: Types | None = None,
    limit: Limit = 100,
) -> Response:
    """List what was recorded past a position: whoever goes on from `next` misses nothing."""
    ledger = at_hand(request).ledger
    head = ledger.head().position
    records = ledger.since(after, limit + 1, types=_known(types))
    shown = records[:limit]
    told: dict[str, Any] = {"items": [_fact(record) for record in shown]}
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
def find_movement(request: Request, key: Anyone, id: MovementId, _: Recorded) -> Response:  # noqa: A002
    """Say whether a movement arrived: the first answer again, or 404."""
    past = at_hand(request).ledger.read([f"movement:{id}"])
    # Those that take it back are about it too; only its own record begins with it.
    own = [record for record in past.records if record.subjects[0] == f"movement:{id}"]
    if not own:
        raise Refused("not_found")
    own_site(key, _site(own[0]))
    remarks = loads(own[0].remarks) if own[0].remarks else []
    receipt = Receipt(id, remarks, own[0].position, own[0].recorded_at)
    told = receipts.receipt(receipt, "recorded", language_of(request))
    return answer(request, told, past.head)


def _known(types: str | None) -> list[str]:
    named = types.split(",") if types else []
    if set(named) <= BY_TYPE.keys():
        return named
    known = {"expected": ", ".join(BY_TYPE)}
    raise Refused("invalid_parameters", FieldError("/types", "not_in_list", known))


def _fact(record: Record) -> dict[str, Any]:
    fact = decode(record.type, record.version, record.data)
    movement = fact if isinstance(fact, Movement) else None
    return {
        "position": record.position,
        "id": movement and movement.id,
        "type": record.type,
        "version": record.version,
        "occurred_at": movement and rfc3339(movement.at),
        "recorded_at": rfc3339(record.recorded_at),
        "subjects": record.subjects,
        "data": Fragment(record.data),
    }


def _site(record: Record) -> str:
    return next(name[5:] for name in record.subjects if name.startswith("site:"))
