"""What do events name, and which events name it? EPCs, places, steps, dispositions, and kinds.

The standard leads from a name to its events and no further. What became of a battery, where it is,
and what proves it, our own questions answer: a name that is a battery of ours links to them.
"""

import re
from collections.abc import Callable
from typing import Annotated, Any, Final
from urllib.parse import quote

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Subject
from custody.api.auth import asks
from custody.api.desk import at_hand
from custody.api.epcis import events, pages, spoken
from custody.api.epcis.answers import Collection, QueryDocument
from custody.api.epcis.spoken import discoverable
from custody.epcis import own_names, vocabulary
from custody.epcis.identifiers import canonical
from custody.exchange import indexing, listing
from custody.exchange.telling import CONTEXT
from custody.projections.freshness import snapshot
from custody.terms import Refused

routes = spoken.router()

TOP: Final = ("capture", "events", "queries", *listing.NAMES)

ASKED_BY: Final = {
    "epcs": "MATCH_anyEPC",
    "bizSteps": "EQ_bizStep",
    "bizLocations": "EQ_bizLocation",
    "readPoints": "EQ_readPoint",
    "dispositions": "EQ_disposition",
    "eventTypes": "eventType",
}
"""By which parameter the events of a member are asked for."""

PAGED: Final = {"parameters": [*pages.PAGED, pages.AT_LEAST]}


def collection(members: list[str]) -> dict[str, Any]:
    """Tell names."""
    return {"@context": CONTEXT, "type": "Collection", "member": members}


@routes.get("/", include_in_schema=False)  # as the standard's own document of the interface has it
@routes.get("", response_model=Collection)
def list_resources(request: Request, _: Annotated[Subject, asks("read_epcis")]) -> Response:
    """List what can be asked for under /epcis."""
    spoken.only(request)
    return spoken.answer(request, collection([*TOP]))


def _listed(name: str) -> Callable[..., Response]:
    def list_members(request: Request, asker: Annotated[Subject, asks("read_epcis")]) -> Response:
        spoken.only(request, *pages.OF_THE_PAGE)
        page = pages.asked_for(request, {})
        events.moment_of(request)
        after = page.after if isinstance(page.after, str) else None
        with snapshot(at_hand(request).engine) as (connection, _):
            known = indexing.position(connection) or 0
            until = known if page.until is None else min(page.until, known)
            found = listing.members(
                connection, listing.NAMES[name], asker.scope, until, after, page.size + 1
            )
        shown = [*found[: page.size]]
        headers = {}
        if len(found) > page.size:
            headers = pages.further(request, {}, until, shown[-1], None)
        return spoken.answer(request, collection(shown), until, headers)

    list_members.__doc__ = f"List the {name} of all events that the asker may see, in order."
    return list_members


def _found(name: str) -> Callable[..., Response]:
    def find_member(
        request: Request, asker: Annotated[Subject, asks("read_epcis")], member: str
    ) -> Response:
        spoken.only(request, "at_least")
        _insist_on(request, asker, name, member)
        links = {"Link": _ways_on(request, name, member)}
        return spoken.answer(request, collection(["events"]), None, links)

    find_member.__doc__ = f"Say what there is of one of the {name}: its events, and ways on."
    return find_member


def _events_of(name: str) -> Callable[..., Response]:
    def list_events_of(
        request: Request, asker: Annotated[Subject, asks("read_epcis")], member: str
    ) -> Response:
        parameters = events.of_request(request)
        by = ASKED_BY[name]
        if by in parameters:
            raise spoken.refused_parameter(by, "epcis_parameter_unknown")
        _insist_on(request, asker, name, member)
        return events.answered(request, asker, {**parameters, by: [member]})

    list_events_of.__doc__ = f"Find the events of one of the {name}, narrowed as any query is."
    return list_events_of


def _insist_on(request: Request, asker: Subject, name: str, member: str) -> None:
    """Refuse a name that no event has that the asker may see."""
    events.moment_of(request)
    value = _plain(name, member)
    with snapshot(at_hand(request).engine) as (connection, _):
        until = indexing.position(connection) or 0
        if not listing.is_named(connection, listing.NAMES[name], value, asker.scope, until):
            raise Refused("not_found")


def _plain(name: str, member: str) -> str:
    """Write a name as it stands in the index."""
    if name == "eventTypes":
        return member
    if name in ("bizSteps", "dispositions"):
        return vocabulary.bare("bizStep" if name == "bizSteps" else "disposition", member)
    return canonical(member)


def _ways_on(request: Request, name: str, member: str) -> str:
    """Point to the events of a name; of a thing, also to where it is and what proves it."""
    here = request.scope["raw_path"].decode("ascii")
    links = [f'<{here}/events>; rel="item"']
    ref = own_names.battery(member) if name == "epcs" else None
    if ref is not None:
        battery = f"/v1/batteries/{quote(ref, safe=':')}"
        links += [
            f'<{battery}>; rel="describedby"; title="where it is"',
            f'<{battery}/history>; rel="timeline"; title="as it is and was known"',
            f'<{battery}/evidence>; rel="proof"; title="signed proof"',
        ]
    return ", ".join(links)


def _add(routes: APIRouter, name: str) -> None:
    """Serve a collection, its members, and the events of each."""
    of_path = {"parameters": [pages.AT_LEAST]}
    paths = (f"/{name}", f"/{name}/{{member:path}}/events", f"/{name}/{{member:path}}")
    words = re.sub(r"([A-Z])", r"_\1", name).lower()
    routes.get(paths[0], name=f"list_{words}", response_model=Collection, openapi_extra=PAGED)(
        _listed(name)
    )
    routes.get(
        paths[1],
        name=f"list_events_in_{words}",
        response_model=QueryDocument,
        responses=spoken.problems(404, *events.ASKING),
        openapi_extra=events.ASKED,
    )(_events_of(name))
    routes.get(
        paths[2],
        name=f"find_in_{words}",
        response_model=Collection,
        responses=spoken.problems(404),
        openapi_extra=of_path,
    )(_found(name))
    for path in paths:
        discoverable(routes, path, ["GET"])


discoverable(routes, "", ["GET"])
discoverable(routes, "/", ["GET"])
for _name in listing.NAMES:
    _add(routes, _name)
