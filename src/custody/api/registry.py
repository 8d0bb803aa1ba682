"""Who takes part and which ways are open, now or as of an instant?"""

from typing import Annotated, Any

from starlette.requests import Request
from starlette.responses import Response

from custody.access import Resource, Subject
from custody.api import answers, cursors
from custody.api.auth import asks
from custody.api.desk import at_hand
from custody.api.parameters import Cursor, Limit, Moment, Projected, instant
from custody.api.reach import may, may_at, moment
from custody.api.route_answers import Route
from custody.api.routes import answer, page, problems, router
from custody.events.vocabulary import SiteId, TerminalId, Uscc
from custody.projections import registry, territory
from custody.projections.freshness import snapshot
from custody.terms import Refused

routes = router("registry")

Reader = Annotated[Subject, asks("read_registry")]

NAMES: dict[registry.Kind, tuple[str, ...]] = {
    "organisation": ("uscc",),
    "site": ("site",),
    "terminal": ("terminal",),
    "route": ("from_kind", "to_kind", "division"),
}
"""Which fields of a registration name its party."""


@routes.get("/v1/organisations", response_model=answers.Page[answers.Organisation])
def list_organisations(
    request: Request,
    asker: Reader,
    _: Projected,
    as_of: Moment | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the organisations as they are registered, or were as of an instant."""
    return _list(request, asker, "organisation", as_of, cursor, limit)


@routes.get(
    "/v1/organisations/{uscc}", response_model=answers.Organisation, responses=problems(404)
)
def find_organisation(
    request: Request, asker: Reader, uscc: Uscc, _: Projected, as_of: Moment | None = None
) -> Response:
    """Tell what is registered of an organisation."""
    with snapshot(at_hand(request).engine) as (connection, _known):
        seen = territory.of_organisation(connection, uscc, asker.scope)
    may(asker, "read_registry", Resource(tuple(seen), organisation=uscc))
    return _find(request, f"organisation:{uscc}", as_of)


@routes.get("/v1/sites", response_model=answers.Page[answers.Site])
def list_sites(
    request: Request,
    asker: Reader,
    _: Projected,
    as_of: Moment | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the sites as they are registered, or were as of an instant."""
    return _list(request, asker, "site", as_of, cursor, limit)


@routes.get("/v1/sites/{site}", response_model=answers.Site, responses=problems(404))
def find_site(
    request: Request,
    asker: Annotated[Subject, asks("read_site")],
    site: SiteId,
    _: Projected,
    as_of: Moment | None = None,
) -> Response:
    """Tell what is registered of a site; some may ask for their own alone."""
    with snapshot(at_hand(request).engine) as (connection, _known):
        may_at(connection, asker, "read_site", site)
    return _find(request, f"site:{site}", as_of)


@routes.get("/v1/terminals", response_model=answers.Page[answers.Terminal])
def list_terminals(
    request: Request,
    asker: Reader,
    _: Projected,
    as_of: Moment | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the terminals as they are registered, or were as of an instant."""
    return _list(request, asker, "terminal", as_of, cursor, limit)


@routes.get("/v1/terminals/{terminal}", response_model=answers.Terminal, responses=problems(404))
def find_terminal(
    request: Request, asker: Reader, terminal: TerminalId, _: Projected, as_of: Moment | None = None
) -> Response:
    """Tell what is registered of a terminal."""
    with snapshot(at_hand(request).engine) as (connection, _known):
        registered = registry.find(connection, f"terminal:{terminal}")
        if registered is None:
            raise Refused("not_found")
        may_at(connection, asker, "read_registry", registered["site"])
    return _find(request, f"terminal:{terminal}", as_of)


@routes.get("/v1/routes", response_model=answers.Page[Route])
def list_routes(
    request: Request,
    asker: Reader,
    _: Projected,
    as_of: Moment | None = None,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the routes that are registered, or were as of an instant; the usual ones are not."""
    return _list(request, asker, "route", as_of, cursor, limit)


def _find(request: Request, party: str, as_of: str | None) -> Response:
    at = None if as_of is None else instant(as_of)
    with snapshot(at_hand(request).engine) as (connection, position):
        body = registry.find(connection, party, at)
    if body is None:
        raise Refused("not_found")
    return answer(request, _told(body), position)


def _list(
    request: Request,
    asker: Subject,
    kind: registry.Kind,
    as_of: str | None,
    cursor: str | None,
    limit: int,
) -> Response:
    at = None if as_of is None else instant(as_of)
    after = cursors.read(request, cursor)
    with moment(request, asker) as (connection, position):
        bodies_ = registry.listing(
            connection, kind, as_of=at, scope=asker.scope, after=after, limit=limit + 1
        )
    return page(request, bodies_, limit, position, _told, lambda one: _party(kind, one))


def _party(kind: registry.Kind, body: dict[str, Any]) -> str:
    """Name whom a registration is of, as the registration itself does."""
    return f"{kind}:" + "/".join(body[name] for name in NAMES[kind] if name in body)


def _told(body: dict[str, Any]) -> dict[str, Any]:
    """Tell a registration without its wire type, which the path says already."""
    return {name: value for name, value in body.items() if name != "type"}
