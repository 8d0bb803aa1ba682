"""Who has read what people left behind, and evidence? Administrators may look."""

from typing import Annotated, Any

from fastapi import Query
from starlette.requests import Request
from starlette.responses import Response

from custody import access_log
from custody.access import Action, Subject
from custody.access_log import Look
from custody.api import answers, cursors
from custody.api.answers import Answer
from custody.api.answers import Moment as When
from custody.api.auth import asks
from custody.api.desk import at_hand
from custody.api.parameters import Cursor, Limit, Moment, instant
from custody.api.routes import page, router
from custody.ledger import writing
from custody.terms import rfc3339

routes = router("access log")

NAME_MAX = 200
Named = Annotated[str, Query(min_length=1, max_length=NAME_MAX, pattern=r"^[^\x00]*$")]


class LookTold(Answer):
    """Who has looked at what, and what they were answered."""

    id: str
    at: When
    asker: str
    role: str | None
    site: str | None
    action: str
    resource: str
    outcome: str
    request_id: str | None


@routes.get("/v1/access-log", response_model=answers.Page[LookTold])
def list_looks(
    request: Request,
    who: Annotated[Subject, asks("read_access_log")],
    asker: Named | None = None,
    action: Named | None = None,
    resource: Named | None = None,
    from_: Annotated[Moment | None, Query(alias="from")] = None,
    to: Moment | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List who has read what people left behind, and evidence; the latest first."""
    desk = at_hand(request)
    looks = access_log.listing(
        desk.engine,
        asker=asker,
        action=action,
        resource=resource,
        since=None if from_ is None else instant(from_),
        until=None if to is None else instant(to),
        after=cursors.read(request, cursor),
        limit=limit + 1,
    )
    return page(request, looks, limit, desk.watermark.position, told, lambda look: look.id)


def told(look: Look) -> dict[str, Any]:
    """Tell who has looked at what."""
    return {
        **{name: getattr(look, name) for name in LookTold.model_fields if name != "at"},
        "at": rfc3339(look.at),
    }


def keep(
    request: Request, asker: Subject, action: Action, resource: str, outcome: str = "told"
) -> None:
    """Put down that somebody has looked at what is not for everybody, before they are told."""
    desk = at_hand(request)
    look = Look(
        asker.id,
        action,
        resource,
        outcome,
        desk.clock(),
        asker.role,
        asker.site,
        request.scope.get("request_id"),
    )
    with writing(desk.engine) as connection:
        access_log.note(connection, look)
