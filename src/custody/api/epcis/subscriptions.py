"""How is somebody told the events of a named query, without asking for them again and again?

EPCIS 2.0 has subscriptions; who delivers is the same as for the feed's facts: signed, in order,
again until it is taken. Each can be looked at, paused, tried and replayed under /v1/subscriptions.
"""

from typing import Annotated, Any, Final
from urllib.parse import quote

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import func, select
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Subject
from custody.api import bodies
from custody.api.auth import asks
from custody.api.desk import at_hand
from custody.api.epcis import pages, spoken
from custody.api.epcis.answers import QuerySubscription
from custody.api.epcis.queries import find_of, parameters_of, prefixes_of
from custody.api.epcis.spoken import MEDIA_TYPES, discoverable, parameter
from custody.api.pushing import sender_of
from custody.api.routes import when
from custody.api.subscriptions import assert_reachable
from custody.exchange.instants import instant
from custody.ledger.errors import translated
from custody.ledger.tables import record
from custody.pushing import Subscription, Wanted, keeping, schedule
from custody.pushing.addresses import URL_MAX
from custody.pushing.events import Query, query_of
from custody.pushing.schedule import NoSchedule
from custody.pushing.subscription import EPCIS
from custody.terms import FieldError, Position, Refused, rfc3339

routes = spoken.router()

TOKEN_MIN: Final = 16
TOKEN_MAX: Final = 200
"""Characters of a signature token."""

Asker = Annotated[Subject, asks("subscribe")]


class SubscriptionControls(BaseModel):
    """What a subscription to a query asks for."""

    model_config = ConfigDict(extra="forbid", frozen=True, strict=True)

    dest: str = Field(pattern=r"^https?://", max_length=URL_MAX)
    stream: bool | None = None
    schedule: dict[str, str] | None = None
    reportIfEmpty: bool | None = None  # noqa: N815 - as EPCIS names it
    """Whether it is said at the times of a schedule, too, that there is nothing to tell."""
    signatureToken: str | None = Field(  # noqa: N815 - as EPCIS names it
        default=None, min_length=TOKEN_MIN, max_length=TOKEN_MAX
    )
    initialRecordTime: str | None = None  # noqa: N815 - as EPCIS names it


@routes.post(
    "/queries/{name}/subscriptions",
    status_code=201,
    response_model=QuerySubscription,
    responses=spoken.problems(
        404, 413, 415, "epcis_when", "needs_a_key", "too_many_subscriptions", "vault_closed"
    ),
    openapi_extra={
        "parameters": [parameter("GS1-EPC-Format", "header", about=spoken.FORMAT_ABOUT)],
        "requestBody": {
            "required": True,
            "content": {
                one: {"schema": SubscriptionControls.model_json_schema()} for one in MEDIA_TYPES
            },
        },
    },
)
async def subscribe_to_query(request: Request, asker: Asker, name: str) -> Response:
    """Have a named query's events posted to `dest`, as they are recorded or by a schedule.

    Deliveries bear `GS1-Signature` if there is a `signatureToken`: HMAC-SHA256 of the body, base64.
    """
    spoken.only(request)
    bodies.media_type(request, MEDIA_TYPES)
    if asker.how != "key":
        raise Refused("needs_a_key")
    controls = _controls(await bodies.read(request))
    sender = sender_of(request)
    await assert_reachable(controls.dest, sender.networks, "/dest")
    told = await run_in_threadpool(_subscribe, request, asker, name, controls)
    location = f"/epcis/queries/{quote(name, safe='')}/subscriptions/{told['subscriptionID']}"
    return spoken.answer(request, told, None, {"Location": location}, 201)


@routes.get(
    "/queries/{name}/subscriptions",
    response_model=list[QuerySubscription],
    responses=spoken.problems(404),
    openapi_extra={"parameters": [*pages.PAGED]},
)
def list_subscriptions_to_query(request: Request, asker: Asker, name: str) -> Response:
    """List the subscriptions to a named query that the asker's key has made."""
    spoken.only(request, *pages.TURNING)
    page = pages.asked_for(request, {})
    find_of(request, asker, name)
    found = keeping.of_query(at_hand(request).engine, asker.id, _query(asker, name))
    if isinstance(page.after, str):
        found = [one for one in found if one.id > page.after]
    shown = found[: page.size]
    headers = {}
    if len(found) > page.size:
        headers = pages.further(request, {}, 0, shown[-1].id, None)
    return spoken.answer(request, [_told(one) for one in shown], None, headers)


@routes.get(
    "/queries/{name}/subscriptions/{subscription}",
    response_model=QuerySubscription,
    responses=spoken.problems(404),
)
def find_subscription_to_query(
    request: Request, asker: Asker, name: str, subscription: str
) -> Response:
    """Say how a subscription to a named query stands."""
    spoken.only(request)
    return spoken.answer(request, _told(_found(request, asker, name, subscription)))


@routes.delete(
    "/queries/{name}/subscriptions/{subscription}",
    status_code=204,
    response_class=Response,
    responses=spoken.problems(404),
)
def unsubscribe_from_query(
    request: Request, asker: Asker, name: str, subscription: str
) -> Response:
    """Tell a receiver nothing any more."""
    spoken.only(request)
    found = _found(request, asker, name, subscription)
    keeping.remove(at_hand(request).engine, found.id, asker.id)
    return Response(status_code=204, headers=spoken.VERSIONS)


def _controls(body: bytes) -> SubscriptionControls:
    """Read what is asked for. Raises Refused."""
    controls = SubscriptionControls.model_validate_json(body)
    if bool(controls.stream) == (controls.schedule is not None):
        raise Refused("epcis_when", FieldError("/stream", "epcis_stream_or_schedule"))
    if controls.reportIfEmpty and controls.schedule is None:
        raise Refused("epcis_when", FieldError("/reportIfEmpty", "epcis_only_scheduled"))
    if controls.schedule is not None:
        try:
            found = schedule.read(controls.schedule).after(0)
        except NoSchedule as error:
            raise _no_schedule(f"/schedule/{error}") from None
        if found is None:
            raise _no_schedule("/schedule")
    return controls


def _no_schedule(pointer: str) -> Refused:
    return Refused("epcis_when", FieldError(pointer[:100], "epcis_not_a_schedule"))


def _subscribe(
    request: Request, asker: Subject, name: str, controls: SubscriptionControls
) -> dict[str, Any]:
    desk = at_hand(request)
    named = find_of(request, asker, name)
    spoken.exchange_of(request).begun()
    query = Query(
        name,
        parameters_of(named.said),
        {**spoken.prefixes_of(request), **prefixes_of(named.said)},
        spoken.format_of(request),
        controls.schedule,
        bool(controls.reportIfEmpty),
    )
    token = controls.signatureToken
    wanted = Wanted(
        controls.dest,
        envelope=EPCIS,
        after=_after(request, controls.initialRecordTime),
        query=_query(asker, name),
        asked=query.written(),
        token=b"" if token is None else token.encode(),
    )
    made, _ = keeping.create(desk.engine, sender_of(request).key(), asker.id, wanted, desk.clock())
    return _told(made)


def _after(request: Request, initial: str | None) -> Position:
    """Return the position past which events are told: of now, or of an instant."""
    ledger = at_hand(request).ledger
    if initial is None:
        return ledger.head().position
    try:
        at = instant(initial)
    except ValueError:
        raise Refused(
            "epcis_query_invalid", FieldError("/initialRecordTime", "not_an_instant")
        ) from None
    asked = select(func.max(record.c.position)).where(record.c.recorded_at < at)
    with translated(), ledger.engine.connect() as connection:
        return int(connection.scalar(asked) or 0)


def _found(request: Request, asker: Subject, name: str, subscription: str) -> Subscription:
    found = keeping.find(at_hand(request).engine, subscription, asker.id)
    if found.query != _query(asker, name):
        raise Refused("not_found")
    return found


def _query(asker: Subject, name: str) -> str:
    return keeping.query_name(spoken.owner_of(asker), name)


def _told(one: Subscription) -> dict[str, Any]:
    query = query_of(one)
    said: dict[str, Any] = {
        "subscriptionID": one.id,
        "dest": one.url,
        "createdAt": rfc3339(one.created_at),
        "queryName": query.name,
        "epcFormat": query.format,
        "state": one.state,
    }
    if query.schedule is None:
        said["stream"] = True
    else:
        said |= {"schedule": query.schedule, "reportIfEmpty": query.report_if_empty}
    if one.status is not None and 200 <= one.status < 300:
        said["lastNotifiedAt"] = when(one.answered_at)
    return said


discoverable(routes, "/queries/{name}/subscriptions", ["GET", "POST"])
discoverable(routes, "/queries/{name}/subscriptions/{subscription}", ["GET", "DELETE"])
