"""Who is behind a reference? Terminals put it down, and read their own; auditors read it all."""

import logging
from collections.abc import Callable
from typing import Annotated, Any

from pydantic import BaseModel, Field
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from custody import vault
from custody.access import Subject
from custody.api import bodies
from custody.api.answers import Answer, Moment
from custody.api.auth import asks
from custody.api.desk import Desk, at_hand
from custody.api.routes import answer, problems, router
from custody.events.vocabulary import Key as Reference
from custody.events.vocabulary import SiteId
from custody.projections import territory
from custody.projections.freshness import snapshot
from custody.terms import Refused, rfc3339
from custody.vault import Asker, Caller, Details, UnusableMasterKey, Vault

MasterKey = Callable[[], bytes | None]
"""Returns the master key that the operator has given, if any. May raise UnusableMasterKey."""

routes = router("depositors")
log = logging.getLogger("custody.api")

CLOSED = ("vault_closed", "key_lost")
"""What is wrong with the vault itself."""


class DepositorReference(Answer):
    """The reference that stands for a person in facts."""

    depositor: str


class DetailsPut(Answer):
    """Whether the site has put down its first details of a person, or others in their place."""

    depositor: str
    site: SiteId
    status: str = Field(pattern="^(put|changed)$")


class DetailsEntry(Answer):
    """What a site has put down about a person."""

    site: SiteId
    put_at: Moment
    name: str | None
    phone: str | None
    address: str | None
    id_number: str | None


class Depositor(Answer):
    """What is known of a person; a terminal is told what its own site has put down."""

    depositor: str
    entries: list[DetailsEntry]


def _body(model: type[BaseModel]) -> dict[str, Any]:
    """Declare a body that is read as bytes."""
    content = {bodies.JSON: {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


def vault_of(desk: Desk, master_key: MasterKey) -> Vault | None:
    """Make the vault ready to be opened; None without a master key: all else works without it."""
    vault.lay_out(desk.engine)
    try:
        master = master_key()
    except UnusableMasterKey as error:
        log.warning("the vault stays closed: %s", error)
        return None
    return None if master is None else Vault(desk.engine, master)


def _at_hand(request: Request) -> Vault:
    """Return the vault. Raises Refused if the operator has given no key to it."""
    found: Vault | None = request.app.state.vault
    if found is None:
        raise Refused("vault_closed")
    return found


def _asking(request: Request, asker: Subject) -> Asker:
    """Say for the vault who asks, and which sites' entries are theirs to read."""
    scope = asker.scope
    sites = None
    if not scope.everything and asker.site is None:
        with snapshot(at_hand(request).engine) as (connection, _):
            sites = frozenset(territory.sites(connection, scope))
    return Asker(asker.id, asker.site, sites, asker.role, request.scope["request_id"])


@routes.post(
    "/v1/depositors",
    response_model=DepositorReference,
    responses=problems(400, 413, 415, *CLOSED),
    openapi_extra=_body(Caller),
)
async def refer(request: Request, asker: Annotated[Subject, asks("refer_depositor")]) -> Response:
    """Return the reference of whoever has a telephone number, so that facts can name them by it.

    The same number has the same reference until its person is forgotten. The number is not kept.
    """
    caller = Caller.model_validate_json(await bodies.read_json(request))
    depositor = await run_in_threadpool(_at_hand(request).reference, caller.phone)
    return answer(request, {"depositor": depositor}, at_hand(request).watermark.position)


@routes.put(
    "/v1/depositors/{depositor:path}",
    response_model=DetailsPut,
    responses={
        201: {"model": DetailsPut, "description": "The site's first details of this person"},
        **problems(400, "too_many_sites", "forgotten", 413, 415, *CLOSED),
    },
    openapi_extra=_body(Details),
)
async def put_depositor(
    request: Request,
    asker: Annotated[Subject, asks("put_depositor")],
    depositor: Reference,
) -> Response:
    """Put down what the asker's site knows of a person, in place of what it knew before."""
    site = asker.site
    if site is None:  # people of an organisation put down nothing: each site answers for its own
        raise Refused("out_of_scope")
    details = Details.model_validate_json(await bodies.read_json(request))
    put, now = _at_hand(request).put, at_hand(request).clock()
    first = await run_in_threadpool(put, depositor, details, asker.id, site, now)
    status = "put" if first else "changed"
    told = {"depositor": depositor, "site": site, "status": status}
    return answer(request, told, at_hand(request).watermark.position, 201 if first else 200)


@routes.get(
    "/v1/depositors/{depositor:path}",
    response_model=Depositor,
    responses=problems(404, "forgotten", *CLOSED),
)
def tell_depositor(
    request: Request,
    asker: Annotated[Subject, asks("read_depositor")],
    depositor: Reference,
) -> Response:
    """Tell what is known of a person, the latest first; that it was asked for is kept."""
    found = _at_hand(request).read(depositor, _asking(request, asker), at_hand(request).clock())
    entries = [
        {
            "site": one.site,
            "put_at": rfc3339(one.put_at),
            **{part: one.details.get(part) for part in Details.model_fields},
        }
        for one in found
    ]
    told = {"depositor": depositor, "entries": entries}
    return answer(request, told, at_hand(request).watermark.position)
