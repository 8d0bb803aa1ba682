"""Who takes part from now on, and which ways are open? Administrators register both."""

from typing import Annotated, Any

import orjson
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Subject
from custody.api import answers, bodies
from custody.api.auth import asks
from custody.api.desk import Desk, at_hand
from custody.api.document.openapi import registration_body
from custody.api.routes import answer, problems, router
from custody.custodian import Registered
from custody.events import (
    BY_TYPE,
    OrganisationRegistered,
    Registration,
    RouteRegistered,
    SiteRegistered,
    TerminalRegistered,
)
from custody.events.not_json import not_json
from custody.events.vocabulary import SiteId, SiteKind, TerminalId, Uscc
from custody.terms import FieldError, Refused

routes = router("registry")

Registrar = Annotated[Subject, asks("write_registry")]
TYPES = {fact: name for name, fact in BY_TYPE.items()}

WRITES: dict[int | str, dict[str, Any]] = {
    201: {"model": answers.Registered, "description": "Registered for the first time"},
    **problems(400, 413, 415),
}


@routes.put(
    "/v1/organisations/{uscc}",
    response_model=answers.Registered,
    responses=WRITES,
    openapi_extra=registration_body("OrganisationRegistered"),
)
async def register_organisation(request: Request, asker: Registrar, uscc: Uscc) -> Response:
    """Register an organisation, or say what holds of it from `active_from` on."""
    return await _register(request, asker, OrganisationRegistered, uscc=uscc)


@routes.put(
    "/v1/sites/{site}",
    response_model=answers.Registered,
    responses=WRITES,
    openapi_extra=registration_body("SiteRegistered"),
)
async def register_site(request: Request, asker: Registrar, site: SiteId) -> Response:
    """Register a site of an organisation, or say what holds of it from `active_from` on."""
    return await _register(request, asker, SiteRegistered, site=site)


@routes.put(
    "/v1/terminals/{terminal}",
    response_model=answers.Registered,
    responses=WRITES,
    openapi_extra=registration_body("TerminalRegistered"),
)
async def register_terminal(request: Request, asker: Registrar, terminal: TerminalId) -> Response:
    """Register a device that posts for a site, or say what holds of it from `active_from` on."""
    return await _register(request, asker, TerminalRegistered, terminal=terminal)


@routes.put(
    "/v1/routes/{from_kind}/{to_kind}",
    response_model=answers.Registered,
    responses=WRITES,
    openapi_extra=registration_body("RouteRegistered"),
)
async def register_route(
    request: Request, asker: Registrar, from_kind: SiteKind, to_kind: SiteKind
) -> Response:
    """Open a way from sites of one kind to those of another, or close it; in a division, or all."""
    return await _register(request, asker, RouteRegistered, from_kind=from_kind, to_kind=to_kind)


async def _register(
    request: Request, asker: Subject, fact: type[Registration], **named: str
) -> Response:
    said = _object(await bodies.read_json(request))
    for said_by_path in ("type", *named):
        if said_by_path in said:
            raise Refused("invalid_fields", FieldError(f"/{said_by_path}", "unknown_field"))
    said |= {"type": TYPES[fact], **named}
    registration = fact.model_validate_json(orjson.dumps(said))
    done = await run_in_threadpool(_recorded, at_hand(request), registration, asker)
    told = {"party": registration.party(), "status": done.status, "position": done.position}
    return answer(request, told, done.position, 201 if done.status == "registered" else 200)


def _object(body: bytes) -> dict[str, Any]:
    try:
        said = orjson.loads(body)
    except ValueError as error:
        raise not_json(body) from error
    if not isinstance(said, dict):
        params = {"expected": "an object", "expected_zh": "对象"}
        raise Refused("invalid_fields", FieldError("", "wrong_type", params))
    return said


def _recorded(desk: Desk, registration: Registration, asker: Subject) -> Registered:
    try:
        return desk.custodian.register(registration, asker.id)
    except Refused as refused:
        # That a terminal's site is unknown is a fault of the field; the path is right.
        raise Refused("invalid_fields", *refused.errors) from refused
