"""How is a route made, and how does it answer? A key, known parameters, ready bytes."""

from collections.abc import Callable, Sequence
from typing import Any
from urllib.parse import urlencode

import orjson
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from custody.api import bodies, cursors
from custody.api.auth import documented, not_too_often, who
from custody.api.desk import at_hand
from custody.api.parameters import known_parameters
from custody.api.problems import MEDIA_TYPE
from custody.api.refusals import KINDS
from custody.terms import Millis, Position, rfc3339

PROBLEM = {"schema": {"$ref": "#/components/schemas/Problem"}}
DESCRIPTIONS = {
    400: "Not JSON",
    401: "No good key",
    403: "The key does not allow this",
    404: "Nothing of that name",
    406: "Nothing of what is accepted can be served",
    409: "The id was recorded with other content",
    410: "Gone for good",
    413: "Too large",
    414: "The path and its query are too long",
    415: "A type or encoding that is not read here",
    422: "Fields or parameters that break a rule",
    429: "Too much at once; come again after Retry-After",
    431: "The headers are too large",
    500: "Something of ours is wrong",
    503: "Try again after Retry-After",
}


DECLARED = "x-problems"
"""Where a route's answer keeps which problems it has declared, until the document lists them."""


def problems(*named: int | str) -> dict[int | str, dict[str, Any]]:
    """Declare the problems that a route may answer with: by status, or those of its own by code."""
    told: dict[int | str, dict[str, Any]] = {}
    for one in named:
        status = KINDS[one].status if isinstance(one, str) else one
        problem = {"description": DESCRIPTIONS[status], "content": {MEDIA_TYPE: {**PROBLEM}}}
        answer = told.setdefault(status, {**problem, DECLARED: []})
        if isinstance(one, str):
            answer[DECLARED].append(one)
    return told


async def authenticated(request: Request) -> None:
    """Ask who it is before anything else, so that a stranger learns nothing; and count."""
    asker = await who(request)
    not_too_often(at_hand(request).counted.queries, asker.id)


def router(tag: str) -> APIRouter:
    """Return a router whose routes need a key and refuse unknown parameters."""
    return APIRouter(
        tags=[tag],
        dependencies=[documented, Depends(authenticated), Depends(known_parameters)],
        responses=problems(401, 403, 422, 429, 503),
    )


def answer(request: Request, told: Any, position: Position, status: int = 200) -> Response:
    """Answer with JSON that reflects a position."""
    at_hand(request).watermark.rise(position)
    headers = {"Custody-Position": str(position)}
    return Response(orjson.dumps(told), status, headers, bodies.JSON)


def page(
    request: Request,
    rows: Sequence[Any],
    limit: int,
    position: Position,
    tell: Callable[[Any], dict[str, Any]],
    key: Callable[[Any], str],
) -> Response:
    """Answer with a page of a list; a row more than its size tells that more follow."""
    told: dict[str, Any] = {"items": [tell(row) for row in rows[:limit]]}
    if len(rows) <= limit:
        return answer(request, told, position)
    told["next"] = cursors.written(request, key(rows[limit - 1]))
    response = answer(request, told, position)
    response.headers["Link"] = link(request, cursor=told["next"])
    return response


def link(request: Request, **changed: str) -> str:
    """Point to the next page, relative to this one: we may stand behind a proxy."""
    kept = {**dict(request.query_params), **changed}
    return f'<{request.scope["raw_path"].decode("ascii")}?{urlencode(kept)}>; rel="next"'


def when(at: Millis | None) -> str | None:
    """Write an instant, if there is one."""
    return None if at is None else rfc3339(at)
