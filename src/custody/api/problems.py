"""How is a refusal or a failure told over HTTP? As RFC 9457 has it, and nowhere else than here."""

import logging
import re
from math import ceil
from typing import Any

import orjson
import psycopg
from fastapi.exceptions import RequestValidationError
from pydantic import ValidationError
from sqlalchemy.exc import SQLAlchemyError
from starlette.exceptions import HTTPException
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response

from custody.api.field_texts import fill, text
from custody.api.headers import said
from custody.api.heads import with_head
from custody.api.language import Language, choose
from custody.api.refusals import BY_STATUS, KINDS, epcis
from custody.custodian import Contended
from custody.events import complaints
from custody.intake import Busy
from custody.ledger import NoDatabase, Unavailable
from custody.ledger.errors import translated
from custody.terms import FieldError, Refused

MEDIA_TYPE = "application/problem+json"
RETRY_AFTER_S = 1
CHALLENGE, BASIC_CHALLENGE = 'Bearer realm="custody"', 'Basic realm="custody"'
EPCIS = "/epcis"
"""Under which path problems are of the types that the standard names; `code` stays ours."""

BROWSED = re.compile(r"/docs(/[^/]+)?|/(openapi|asyncapi)\.json")
"""What a browser may ask for; it can show a key as the password of HTTP Basic alone."""

log = logging.getLogger("custody.api")


def language_of(request: Request) -> Language:
    """Return the language the asker reads."""
    return choose(said(request, b"accept-language"))


def body(refused: Refused, language: Language, request_id: str) -> dict[str, Any]:
    """Return the problem as JSON values."""
    kind = KINDS[refused.code]
    chinese = language == "zh"
    told: dict[str, Any] = {
        "type": f"urn:custody:problem:{refused.code}",
        "title": kind.zh if chinese else kind.en,
        "status": kind.status,
        "detail": fill(kind.detail_zh if chinese else kind.detail_en, refused.params),
        "code": refused.code,
        "request_id": request_id,
    }
    if refused.errors:
        told["errors"] = [_field(error, language) for error in refused.errors]
    return told


def _field(error: FieldError, language: Language) -> dict[str, Any]:
    told = {"pointer": error.pointer, "code": error.code, "detail": text(error, language)}
    ways = [
        {"way": one.way, "detail": one.zh if language == "zh" else one.en, "refs": one.refs}
        for one in error.params.get("ways_on", ())
    ]
    return {**told, "ways_on": ways} if ways else told


def answer(request: Request, refused: Refused, headers: dict[str, str] | None = None) -> Response:
    """Answer with a problem in the asker's language."""
    language = language_of(request)
    told = body(refused, language, request.scope.get("request_id", ""))
    status = told["status"]
    headers = {**(headers or {}), "Content-Language": language, "Vary": "Accept-Language"}
    if request.url.path.startswith(EPCIS):
        told["type"] = epcis.exception(refused.code, status)
        headers |= epcis.headers(refused.code)
    if status == 401:
        headers["WWW-Authenticate"] = CHALLENGE
    if status in (429, 503):
        seconds = refused.params.get("seconds", RETRY_AFTER_S)
        headers["Retry-After"] = str(max(RETRY_AFTER_S, ceil(seconds)))
    response = Response(orjson.dumps(told), status, headers, MEDIA_TYPE)
    if status == 401 and BROWSED.fullmatch(request.url.path):
        # In a line of its own: Chromium looks at the first challenge of each, and then asks nobody.
        response.headers.append("WWW-Authenticate", BASIC_CHALLENGE)
    return response


def unexpected(request: Request, error: BaseException) -> Response:
    """Answer for a mistake of ours: the log knows what happened, the asker knows under which id."""
    log.error("request %s failed", request.scope.get("request_id"), exc_info=error)
    return answer(request, Refused("internal"))


async def on_refused(request: Request, error: Exception) -> Response:
    """Somebody asked for what cannot be."""
    assert isinstance(error, Refused)
    return answer(request, error)


async def on_invalid_body(request: Request, error: Exception) -> Response:
    """A model complains of a body."""
    assert isinstance(error, ValidationError)
    return answer(request, complaints.refused(error))


async def on_invalid_parameters(request: Request, error: Exception) -> Response:
    """A path or a query does not say what it may; its place begins with which of them."""
    assert isinstance(error, RequestValidationError)
    errors = complaints.field_errors(error.errors(), skip=1)
    return answer(request, Refused("invalid_parameters", *errors))


async def on_http(request: Request, error: Exception) -> Response:
    """A library refuses by a bare status: no such path, no such method."""
    assert isinstance(error, HTTPException)
    code = BY_STATUS.get(error.status_code)
    if code is None:
        return unexpected(request, error)
    headers = {"Allow": _allowed(request)} if code == "method_not_allowed" else {}
    return answer(request, Refused(code), headers)


def _allowed(request: Request) -> str:
    """List the methods of every route on the path; the one that refused knows only its own."""
    matching = (route for route in request.app.routes if route.matches(request.scope)[0].value)
    return ", ".join(with_head({each for route in matching for each in route.methods or ()}))


async def on_busy(request: Request, error: Exception) -> Response:
    """Too much is asked at once: nothing was recorded."""
    return answer(request, Refused("busy"))


async def on_unavailable(request: Request, error: Exception) -> Response:
    """The database is away."""
    log.warning("request %s: %s", request.scope.get("request_id"), error)
    return answer(request, Refused("unavailable"))


async def on_database(request: Request, error: Exception) -> Response:
    """A query failed: because the database is away, or because it was a wrong one of ours."""
    try:
        with translated():
            raise error
    except (Unavailable, psycopg.OperationalError) as away:
        return await on_unavailable(request, away)
    except (SQLAlchemyError, NoDatabase) as mistake:
        return unexpected(request, mistake)


async def on_gone(request: Request, error: Exception) -> Response:
    """The asker has hung up; nobody reads this."""
    return Response(status_code=400)


HANDLERS: dict[Any, Any] = {
    Refused: on_refused,
    ValidationError: on_invalid_body,
    RequestValidationError: on_invalid_parameters,
    HTTPException: on_http,
    Busy: on_busy,
    Contended: on_unavailable,  # of a request cut in parts, some may be recorded
    Unavailable: on_unavailable,
    SQLAlchemyError: on_database,
    psycopg.OperationalError: on_database,
    ClientDisconnect: on_gone,
}
"""Which exception is answered how."""


async def answered(request: Request, error: Exception) -> Response:
    """Answer for an exception outside FastAPI's routes; raise it again if nobody foresaw it."""
    for kind in type(error).__mro__:
        if kind in HANDLERS:
            response: Response = await HANDLERS[kind](request, error)
            return response
    raise error
