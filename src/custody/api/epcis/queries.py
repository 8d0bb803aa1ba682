"""How does somebody put a name to a query, and ask by it? Only its owner knows that it is there."""

from collections.abc import Mapping
from typing import Annotated, Any, Final
from urllib.parse import quote

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Subject
from custody.api import bodies
from custody.api.auth import asks
from custody.api.desk import at_hand
from custody.api.epcis import events, pages, spoken
from custody.api.epcis.answers import NamedQueries, NamedQuery, QueryDocument
from custody.api.epcis.spoken import MEDIA_TYPES, discoverable, parameter
from custody.epcis import context, reading
from custody.events.complaints import pointer
from custody.exchange import meant, queries
from custody.exchange.queries import NAME_MAX, Named
from custody.pushing import keeping
from custody.terms import FieldError, Refused

routes = spoken.router()

BODY: Final = {
    "requestBody": {
        "required": True,
        "content": {one: {"schema": {"type": "object"}} for one in MEDIA_TYPES},
    }
}
OF_HEADER: Final = {
    "parameters": [parameter("GS1-Extensions", "header", about=spoken.EXTENSIONS_ABOUT)]
}

SAID: Final = ("name", "query")
"""What is said of a query that is to have a name."""

CONTEXT: Final = "@context"
"""Where a query says what its prefixes stand for, by the standard's schema of queries."""


@routes.post(
    "/queries",
    status_code=201,
    response_model=NamedQuery,
    responses=spoken.problems(413, 415, "epcis_name_taken", "epcis_too_many_queries"),
    openapi_extra={**BODY, **OF_HEADER},
)
async def name_query(
    request: Request, asker: Annotated[Subject, asks("name_epcis_queries")]
) -> Response:
    """Put a name to a query: `{"name": …, "query": {"EQ_bizStep": ["shipping"]}}`.

    What its prefixes stand for is kept along with it, as its `@context`: said there, or in
    `GS1-Extensions`.
    """
    spoken.only(request)
    bodies.media_type(request, MEDIA_TYPES)
    body = await bodies.read(request)
    name, put = _read(body)
    said = _with_prefixes(put, spoken.prefixes_of(request))
    meant.read(parameters_of(said), prefixes_of(said))
    named = Named(name, said, at_hand(request).clock())
    await run_in_threadpool(queries.put, at_hand(request).engine, spoken.owner_of(asker), named)
    location = f"/epcis/queries/{quote(name, safe='')}"
    return spoken.answer(request, _told(named), None, {"Location": location}, 201)


@routes.get(
    "/queries",
    response_model=NamedQueries,
    openapi_extra={"parameters": [*pages.PAGED]},
)
def list_queries(
    request: Request, asker: Annotated[Subject, asks("name_epcis_queries")]
) -> Response:
    """List the asker's named queries, by name."""
    spoken.only(request, *pages.TURNING)
    page = pages.asked_for(request, {})
    after = page.after if isinstance(page.after, str) else None
    owner = spoken.owner_of(asker)
    found = queries.listing(at_hand(request).engine, owner, after=after, limit=page.size + 1)
    shown = found[: page.size]
    headers = {}
    if len(found) > page.size:
        headers = pages.further(request, {}, 0, shown[-1].name, None)
    return spoken.answer(request, {"queries": [_told(one) for one in shown]}, None, headers)


@routes.get(
    "/queries/{name}/events",
    response_model=QueryDocument,
    responses=spoken.problems(404, *events.ASKING),
    openapi_extra=events.ASKED,
)
def list_events_of_query(
    request: Request, asker: Annotated[Subject, asks("name_epcis_queries")], name: str
) -> Response:
    """Find the events of a named query, as of now; further parameters narrow it."""
    said = find_of(request, asker, name).said
    parameters = parameters_of(said)
    further = events.of_request(request)
    for twice in parameters.keys() & further.keys():
        raise spoken.refused_parameter(twice, "too_many", bound=1)
    wanted = {**parameters, **further}
    return events.answered(request, asker, wanted, name, prefixes=prefixes_of(said))


@routes.get("/queries/{name}", response_model=NamedQuery, responses=spoken.problems(404))
def find_query(
    request: Request, asker: Annotated[Subject, asks("name_epcis_queries")], name: str
) -> Response:
    """Say what a named query asks for."""
    spoken.only(request)
    return spoken.answer(request, _told(find_of(request, asker, name)))


@routes.delete(
    "/queries/{name}", status_code=204, response_class=Response, responses=spoken.problems(404)
)
def drop_query(
    request: Request, asker: Annotated[Subject, asks("name_epcis_queries")], name: str
) -> Response:
    """Forget a named query, and tell its subscribers nothing any more."""
    spoken.only(request)
    engine, owner = at_hand(request).engine, spoken.owner_of(asker)
    if not queries.drop(engine, owner, name):
        raise Refused("not_found")
    keeping.remove_of_query(engine, keeping.query_name(owner, name))
    return Response(status_code=204, headers=spoken.VERSIONS)


def parameters_of(said: Mapping[str, Any]) -> dict[str, list[str]]:
    """Read the parameters of a query that was put as JSON."""
    found = {}
    for name, value in said.items():
        if name == CONTEXT:
            continue
        said_so = _there(value) if name.startswith("EXISTS_") else value
        values = said_so if isinstance(said_so, list) else [said_so]
        if not all(isinstance(one, str | int | float | bool) for one in values):
            raise spoken.refused_parameter(name, "epcis_not_a_query")
        found[name] = [_text(one) for one in values]
    return found


def prefixes_of(said: Mapping[str, Any]) -> Mapping[str, str]:
    """Read what the prefixes of a query that was put as JSON stand for."""
    return context.context(said.get(CONTEXT, [])).prefixes


def _with_prefixes(said: dict[str, Any], prefixes: Mapping[str, str]) -> dict[str, Any]:
    """Keep with a query what else was said of its prefixes: whoever asks it later need not know."""
    own = said.get(CONTEXT, [])
    parts = [*own] if isinstance(own, list) else [own]
    if prefixes and prefixes not in parts:
        said = {**said, CONTEXT: [prefixes, *parts]}
    wrong = [*context.faults(said.get(CONTEXT, []), f"/query/{CONTEXT}")]
    if wrong:
        raise Refused("epcis_query_invalid", *wrong)
    return said


def _there(value: Any) -> Any:
    """Read how the standard's schema of queries asks for what is there: by a number, or null."""
    return value is None or bool(value) if value in (None, 0, 1) else value


def _text(value: Any) -> str:
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # 70.0 is 70, in events too
    return str(value).lower() if isinstance(value, bool) else str(value)


def _read(body: bytes) -> tuple[str, dict[str, Any]]:
    """Read the name of a query and what it asks for. Raises Refused, saying what is wrong where."""
    said = reading.value(body)
    if not isinstance(said, dict):
        raise Refused("epcis_query_invalid", FieldError("", "epcis_not_a_query"))
    name, put = said.get("name"), said.get("query")
    wrong = [FieldError(f"/{one}", "required") for one in SAID if one not in said]
    wrong += [FieldError(pointer([one]), "unknown_field") for one in said if one not in SAID]
    if "name" in said and not (isinstance(name, str) and _is_a_name(name)):
        wrong.append(FieldError("/name", "epcis_not_a_query_name", {"max": NAME_MAX}))
    if "query" in said and not isinstance(put, dict):
        wrong.append(FieldError("/query", "epcis_not_a_query"))
    if wrong:
        raise Refused("epcis_query_invalid", *wrong)
    assert isinstance(name, str), "else it was wrong"
    assert isinstance(put, dict), "else it was wrong"
    odd = [one for one in put if not one.isascii()]
    if odd:
        raise spoken.refused_parameter(odd[0], "epcis_parameter_unknown")
    return name, put


def _is_a_name(name: str) -> bool:
    return 0 < len(name) <= NAME_MAX and name.isprintable() and "/" not in name


def find_of(request: Request, asker: Subject, name: str) -> Named:
    """Return a query of the asker's. Raises Refused if there is none of that name."""
    found = None
    if _is_a_name(name):
        found = queries.find(at_hand(request).engine, spoken.owner_of(asker), name)
    if found is None:
        raise Refused("not_found")
    return found


def _told(named: Named) -> dict[str, Any]:
    return {"name": named.name, "query": named.said}


discoverable(routes, "/queries", ["GET", "POST"])
discoverable(routes, "/queries/{name}/events", ["GET"])
discoverable(routes, "/queries/{name}", ["GET", "DELETE"])
