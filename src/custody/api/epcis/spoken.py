"""How is EPCIS spoken over HTTP: which versions, whose is what, and what is at hand?"""

import asyncio
import re
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Annotated, Any, Final

import orjson
from fastapi import APIRouter, Depends, FastAPI
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from custody import __version__
from custody.access import Subject
from custody.api import routes
from custody.api.auth import asks, documented
from custody.api.desk import Desk, at_hand
from custody.api.epcis.movements import posting
from custody.api.headers import said
from custody.api.heads import with_head
from custody.api.routes import authenticated
from custody.api.weighing import weight
from custody.epcis.outward.saying import NAMESPACE, PREFIX
from custody.exchange.captured import Captor
from custody.exchange.following import Exchange
from custody.exchange.outgoing import Outgoing
from custody.exchange.telling import FORMATS, UNSAID, Format
from custody.terms import FieldError, Position, Refused

VERSION: Final = "2.0"
MEDIA_TYPES: Final = ("application/json", "application/ld+json")

VERSIONS: Final = {"GS1-EPCIS-Version": VERSION, "GS1-CBV-Version": VERSION}
"""What every answer says."""

DISCOVERY: Final = {
    **VERSIONS,
    "GS1-EPCIS-Min": VERSION,
    "GS1-EPCIS-Max": VERSION,
    "GS1-CBV-Min": VERSION,
    "GS1-CBV-Max": VERSION,
    "GS1-EPC-Format": UNSAID,
    "GS1-Extensions": f"{PREFIX}={NAMESPACE}",
    "GS1-Vendor-Version": __version__,
}
"""What whoever asks what can be asked is told.

Of the formats the one that is told if nobody says: in the schema of the standard's REST binding the
header is one word, by which programs read it, so that it cannot list those that are `SERVED`."""

SERVED: Final = tuple(one for one in FORMATS if one != "Always_EPC_URN")

FORMAT_ABOUT: Final = (
    "Always_GS1_Digital_Link (if nothing is said), or No_Preference and Never_Translates: as their "
    "senders wrote them. 未指明时一律写作 Digital Link；后两者按报送方原文。"
)
EXTENSIONS_ABOUT: Final = (
    "What prefixes of the asker's own stand for: ex=https://example.com/. 自有前缀所指。"
)

_ASKED_FOR: Final = (b"gs1-epcis-version", b"gs1-cbv-version")
_FROM: Final = (b"gs1-epcis-min", b"gs1-cbv-min")
_TO: Final = (b"gs1-epcis-max", b"gs1-cbv-max")


async def understood(request: Request) -> None:
    """Refuse a version of the standard, or a format, that is not spoken here."""
    for name in _ASKED_FOR:
        if said(request, name, VERSION) not in (VERSION, "2.0.0", "2.0.1"):
            raise _not_served(f"{name.decode()}: {VERSION}")
    if any(_number(said(request, name, VERSION)) > 2.0 for name in _FROM) or any(
        _number(said(request, name, VERSION)) < 2.0 for name in _TO
    ):
        raise _not_served(f"EPCIS {VERSION}, CBV {VERSION}")
    accepted = said(request, b"accept", "*/*")
    if not any(weight(accepted, one) for one in MEDIA_TYPES):
        raise _not_served(f"Accept: {', '.join(MEDIA_TYPES)}")


def router() -> APIRouter:
    """Return a router whose routes need a key, and speak this version of the standard alone."""
    return APIRouter(
        prefix="/epcis",
        tags=["epcis"],
        dependencies=[documented, Depends(authenticated), Depends(understood)],
        responses=problems(401, 403, 422, 429, 503),
    )


def problems(*named: int | str) -> dict[int | str, dict[str, Any]]:
    """Declare the problems of a route beside those that any of these may answer with."""
    return routes.problems(400, 406, "epcis_not_served", "epcis_query_invalid", *named)


def exchange_of(request: Request) -> Exchange:
    """Return what captures and indexes, of the application that a request came to."""
    exchange: Exchange = request.app.state.exchange
    return exchange


@asynccontextmanager
async def exchanging(app: FastAPI, desk: Desk) -> AsyncIterator[None]:
    """Capture and index while the service is open."""
    post = posting(desk, asyncio.get_running_loop())
    exchange = Exchange(desk.ledger, desk.clock, Outgoing(), post)
    await run_in_threadpool(exchange.start)
    app.state.exchange = exchange
    try:
        yield
    finally:
        await run_in_threadpool(exchange.stop)


def answer(
    request: Request,
    told: Any,
    position: Position | None = None,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Answer with JSON, in the type that was asked for."""
    all_headers = {**VERSIONS, **(headers or {})}
    if position is not None:
        at_hand(request).watermark.rise(position)
        all_headers["Custody-Position"] = str(position)
    accepted = said(request, b"accept", "*/*")
    plain, linked_data = (weight(accepted, one) for one in MEDIA_TYPES)
    linked = linked_data > plain
    content = b"" if told is None else orjson.dumps(told)
    media_type = None if told is None else MEDIA_TYPES[linked]
    return Response(content, status, all_headers, media_type)


def captor_of(asker: Subject) -> Captor:
    """Say who captures, and for whom."""
    return Captor(
        asker.id, asker.site, asker.organisation, asker.role, asker.terminal, asker.division
    )


def owner_of(asker: Subject) -> str:
    """Say whose a capture or a named query is: its organisation's, its site's, or its own."""
    if asker.site is not None:
        return f"site:{asker.site}"
    if asker.organisation is not None:
        return f"organisation:{asker.organisation}"
    return f"key:{asker.id}"


def format_of(request: Request) -> Format:
    """Read in which form identifiers are wanted: as Digital Links, unless one says."""
    wanted = said(request, b"gs1-epc-format", UNSAID)
    if wanted == "Always_EPC_URN":
        # How long a company's prefix is, no Digital Link says.
        raise _not_served(f"GS1-EPC-Format: {', '.join(SERVED)}")
    for one in FORMATS:
        if one == wanted:
            return one
    raise _not_served(f"GS1-EPC-Format: {', '.join(SERVED)}")


def prefixes_of(request: Request) -> Mapping[str, str]:
    """Read what the asker's own prefixes stand for: `GS1-Extensions: ex=https://example.com/`."""
    found = {}
    for one in said(request, b"gs1-extensions").split(","):
        prefix, equals, uri = one.strip().partition("=")
        if equals:
            found[prefix] = uri
    return found


def refused_parameter(name: str, code: str, **params: Any) -> Refused:
    """Return the refusal of a query's parameter."""
    return Refused("epcis_query_invalid", FieldError(f"/{name[:100]}", code, params))


def only(request: Request, *known: str) -> dict[str, str]:
    """Return a request's parameters, each once. Raises Refused for any that is not known."""
    found: dict[str, str] = {}
    for name, value in request.query_params.multi_items():
        if name not in known:
            raise refused_parameter(name, "epcis_parameter_unknown")
        if name in found:
            raise refused_parameter(name, "too_many", bound=1)
        found[name] = value
    return found


def _not_served(what: str) -> Refused:
    return Refused("epcis_not_served", what=what)


def _number(version: str) -> float:
    try:
        return float(".".join(version.split(".")[:2]))
    except ValueError:
        raise _not_served(f"EPCIS {VERSION}, CBV {VERSION}") from None


def discoverable(router: APIRouter, path: str, methods: Sequence[str], **more: str) -> None:
    """Let somebody ask what can be asked at a path: `OPTIONS`, in the standard's headers."""
    allowed = ", ".join(with_head({"OPTIONS", *methods}))

    async def options(request: Request, _: Annotated[Subject, asks("read_epcis")]) -> Response:
        """Say which versions are spoken here, which methods there are, and which limits."""
        only(request)
        return Response(status_code=204, headers={**DISCOVERY, **more, "Allow": allowed})

    named = re.findall(r"{(\w+)", path)
    parts = re.findall("[A-Za-z]+", path.replace(":path", ""))
    words = re.sub("([A-Z])", r"_\1", "_".join(parts)).lower()
    router.add_api_route(
        path,
        options,
        methods=["OPTIONS"],
        status_code=204,
        name=f"discover_{words}" if words else "discover",
        include_in_schema=path != "/",
        response_class=Response,
        openapi_extra={"parameters": [parameter(one, "path") for one in named]},
    )


def parameter(
    name: str, where: str = "query", schema: dict[str, Any] | None = None, about: str = ""
) -> dict[str, Any]:
    """Document a parameter that is read by hand."""
    told: dict[str, Any] = {
        "name": name,
        "in": where,
        "required": where == "path",
        "schema": schema or {"type": "string"},
    }
    return {**told, "description": about} if about else told
