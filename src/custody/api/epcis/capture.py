"""How do documents of events come in, many at once, and what became of them?"""

from typing import Annotated, Any, get_args
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Subject
from custody.api import bodies, slices
from custody.api.auth import asks, not_too_often
from custody.api.desk import at_hand
from custody.api.epcis import pages, spoken
from custody.api.epcis.answers import CaptureJob
from custody.api.epcis.spoken import MEDIA_TYPES, discoverable, exchange_of, parameter
from custody.api.headers import said
from custody.api.language import Language
from custody.api.problems import body as problem_of
from custody.api.problems import language_of
from custody.api.refusals.epcis import LIMITS, exception
from custody.exchange import captures
from custody.exchange.captures import Behaviour, Capture
from custody.exchange.envelope import events_in
from custody.exchange.following import untold
from custody.terms import FieldError, Refused, rfc3339

routes = spoken.router()

BEHAVIOUR = b"gs1-capture-error-behaviour"
DOCUMENT: dict[str, Any] = {
    "requestBody": {
        "required": True,
        "content": {one: {"schema": {"type": "object"}} for one in MEDIA_TYPES},
    },
    "parameters": [
        parameter(
            "GS1-Capture-Error-Behaviour",
            "header",
            about="`rollback`, all or none, or `proceed`. 整批回滚或逐条采集。",
        ),
    ],
}


@routes.post(
    "/capture",
    status_code=202,
    response_class=Response,
    responses=spoken.problems(415, "epcis_invalid", "epcis_too_large", "epcis_too_many_events"),
    openapi_extra=DOCUMENT,
)
async def capture_document(
    request: Request, asker: Annotated[Subject, asks("capture_epcis")]
) -> Response:
    """Take on a document of events, to be captured all or none, or as many as will do.

    It is answered as soon as it is safe; `Location` says where to ask what became of it. What is
    wrong with a single event stands there; only what is no document at all is refused at once.
    """
    spoken.only(request)
    desk = at_hand(request)
    bodies.media_type(request, MEDIA_TYPES)
    behaviour = _behaviour(request)
    body = await bodies.read(request)
    await run_in_threadpool(slices.assert_read_alike, body)
    count = len(events_in(body).events)
    not_too_often(desk.counted.movements, asker.id, max(count, 1))
    new = Capture(
        uuid4(),
        spoken.owner_of(asker),
        spoken.captor_of(asker),
        behaviour,
        body.decode(),
        desk.clock(),
    )
    await run_in_threadpool(exchange_of(request).take_on, new)
    headers = {
        **spoken.VERSIONS,
        **LIMITS,
        "GS1-Capture-Error-Behaviour": behaviour,
        "Location": f"/epcis/capture/{new.name}",
    }
    return Response(status_code=202, headers=headers)


@routes.get(
    "/capture", response_model=list[CaptureJob], openapi_extra={"parameters": [*pages.PAGED]}
)
def list_captures(request: Request, asker: Annotated[Subject, asks("capture_epcis")]) -> Response:
    """List the asker's captures, the latest first."""
    spoken.only(request, *pages.TURNING)
    page = pages.asked_for(request, {})
    engine = at_hand(request).engine
    before = page.after if isinstance(page.after, str) else None
    owner = spoken.owner_of(asker)
    found = captures.listing(engine, owner, before=before, limit=page.size + 1)
    shown = found[: page.size]
    told = [_told(one, request) for one in shown]
    headers = {}
    if len(found) > page.size:
        headers = pages.further(request, {}, 0, shown[-1].name, None)
    return spoken.answer(request, told, None, headers)


@routes.get("/capture/{capture}", response_model=CaptureJob, responses=spoken.problems(404))
def find_capture(
    request: Request, asker: Annotated[Subject, asks("capture_epcis")], capture: str
) -> Response:
    """Say what became of a document. When it runs no more, what it brought is found by queries."""
    spoken.only(request)
    found = captures.find(at_hand(request).engine, capture, spoken.owner_of(asker))
    if found is None:
        raise Refused("not_found")
    return spoken.answer(request, _told(found, request))


def _behaviour(request: Request) -> Behaviour:
    wanted = said(request, BEHAVIOUR, "rollback")
    for one in get_args(Behaviour):
        if one == wanted:
            return "proceed" if one == "proceed" else "rollback"
    expected = {"expected": ", ".join(get_args(Behaviour))}
    wrong = FieldError("/GS1-Capture-Error-Behaviour", "not_in_list", expected)
    raise Refused("epcis_invalid", wrong)


def _told(capture: Capture, request: Request) -> dict[str, Any]:
    language = language_of(request)
    told: dict[str, Any] = {
        "captureID": capture.name,
        "createdAt": rfc3339(capture.created_at),
        "running": capture.finished_at is None,
        "success": not capture.errors,
        "captureErrorBehaviour": capture.behaviour,
        "errors": [_problem(one, language, request) for one in capture.errors],
        "movements": [*capture.movements],
    }
    if capture.finished_at is not None:
        told["finishedAt"] = rfc3339(capture.finished_at)
    return told


def _problem(error: captures.Error, language: Language, request: Request) -> dict[str, Any]:
    told = problem_of(untold(error), language, request.scope["request_id"])
    return {**told, "type": exception(told["code"], told["status"])}


discoverable(
    routes, "/capture", ["GET", "POST"], **LIMITS, **{"GS1-Capture-Error-Behaviour": "all"}
)
discoverable(routes, "/capture/{capture}", ["GET"])
