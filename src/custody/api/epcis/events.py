"""Which events are there? They are asked for by the query language of EPCIS, and told in pages."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any, Final
from urllib.parse import quote
from uuid import uuid4

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Resource, Subject
from custody.api import bodies
from custody.api.auth import asks, not_too_often
from custody.api.desk import at_hand
from custody.api.epcis import pages, spoken
from custody.api.epcis.answers import Event, QueryDocument
from custody.api.epcis.spoken import MEDIA_TYPES, discoverable, exchange_of, parameter
from custody.api.freshness import WAIT_S
from custody.api.reach import places
from custody.epcis import documents
from custody.epcis.hashing import event_hash
from custody.events.vocabulary import INTEGER_MAX
from custody.exchange import asked, finding, indexing, meant, ordering, telling
from custody.exchange.captured import arrived, destroyed, record, side_of
from custody.exchange.conditions import Asked
from custody.exchange.incoming import brought, reached
from custody.exchange.parameters import MATCHED, NAMES
from custody.exchange.placing import Placing
from custody.exchange.told_back import Ours
from custody.projections.freshness import snapshot
from custody.terms import Position, Refused, rfc3339

routes = spoken.router()

HASH: Final = "Custody-Event-Hash"
"""Tells an event's hash beside it: the event itself stays as it was told."""

HASHED: Final[dict[str, Any]] = {
    "headers": {
        HASH: {
            "description": "The CBV's hash of the event, with the version that it was made by; of "
            "several events under one id each hash once. 事件的 CBV 散列值及其版本。",
            "schema": {"type": "string"},
            "example": f"ni:///sha-256;{'0' * 63}1?ver=CBV2.0",
        }
    }
}

ASKING: Final = (413, 414, "epcis_query_too_large")
"""With which problems a query may be answered."""

ABOUT: Final = (
    "URN, Digital Link, or a pattern whose last parts are *: urn:epc:idpat:sgtin:9521003.000044.* "
    "完整标识，或末尾为 * 的模式。"
)

ASKED: Final = {
    "parameters": [
        *[parameter(name, about=ABOUT if name in MATCHED else "") for name in NAMES],
        *pages.PAGED,
        pages.AT_LEAST,
        parameter("GS1-EPC-Format", "header", about=spoken.FORMAT_ABOUT),
        parameter("GS1-Extensions", "header", about=spoken.EXTENSIONS_ABOUT),
    ]
}
"""How events are asked for; families (EQ_source_location, GE_value_CEL, EQ_ex:grade) besides."""


@routes.post(
    "/events",
    status_code=201,
    response_model=Event,
    responses={
        201: HASHED,
        **spoken.problems(
            415,
            "epcis_event_reused",
            "epcis_event_redacted",
            "epcis_invalid",
            "epcis_too_large",
            "epcis_too_many_events",
        ),
    },
    openapi_extra={
        "requestBody": {
            "required": True,
            "content": {one: {"schema": {"type": "object"}} for one in MEDIA_TYPES},
        }
    },
)
async def capture_event(
    request: Request, asker: Annotated[Subject, asks("capture_epcis")]
) -> Response:
    """Capture one event, and answer when it is recorded and found by queries.

    The same event again is answered as it was the first time; another of its id is refused.
    """
    spoken.only(request)
    desk = at_hand(request)
    bodies.media_type(request, MEDIA_TYPES)
    body = await bodies.read(request)
    not_too_often(desk.counted.movements, asker.id)
    return await run_in_threadpool(_capture, request, asker, body)


@routes.get(
    "/events",
    response_model=QueryDocument,
    responses=spoken.problems(*ASKING),
    openapi_extra=ASKED,
)
def list_events(request: Request, asker: Annotated[Subject, asks("read_epcis")]) -> Response:
    """Find events: in the order they were recorded in, or happened in if a stretch is asked for.

    Every page tells the moment of the first: what is captured meanwhile moves nothing. A page may
    be short, or empty, and still have a `Link` to the next: only where there is none is the end.

    Beside the parameters below there are families: `EQ_bizTransaction_po`, `EQ_source_location`,
    `EQ_destination_owning_party`; `GE_value_CEL`, `LT_quantity_KGM`; `EQ_ex:grade`,
    `GT_ILMD_ex:volts`, `EXISTS_INNER_readPoint_ex:shelf` and their like for `bizLocation`,
    `SENSORELEMENT`, `SENSORMETADATA`, `SENSORREPORT` and `ERROR_DECLARATION`;
    `HASATTR_bizLocation` and `EQATTR_bizLocation_cbvmda:city` for what master data say of a
    `readPoint`, `bizLocation`, `bizStep`, `disposition` or `epcClass`. Any other is refused.
    """
    return answered(request, asker, of_request(request))


@routes.get(
    "/events/{event:path}",
    response_model=QueryDocument,
    responses={200: HASHED, **spoken.problems(404, "epcis_event_redacted")},
)
def find_event(
    request: Request, asker: Annotated[Subject, asks("read_epcis")], event: str
) -> Response:
    """Tell an event by its id, and every declaration that it was wrong.

    Its hash stands beside it, in `Custody-Event-Hash`; a declaration has that of its event.
    Of one whose content was destroyed is told that, to whoever might have read it.
    """
    spoken.only(request, "at_least")
    wanted = Asked(ids=(event,))
    try:
        return _page(request, asker, wanted, {}, telling.QUERY_NAME, must_be=True)
    except Refused as refused:
        gone = _destroyed(request, asker, event) if refused.code == "not_found" else None
        if gone is None:
            raise
        raise Refused("epcis_event_redacted", position=gone) from None


def answered(
    request: Request,
    asker: Subject,
    parameters: Mapping[str, Sequence[str]],
    name: str = telling.QUERY_NAME,
    *,
    prefixes: Mapping[str, str] = {},
) -> Response:
    """Answer a query with a page of events; its own prefixes go before those of the request."""
    wanted = meant.read(parameters, {**spoken.prefixes_of(request), **prefixes})
    return _page(request, asker, wanted, parameters, name)


def of_request(request: Request) -> dict[str, list[str]]:
    """Return the query that a request's parameters put."""
    return asked.of_url(_filters(request))


def moment_of(request: Request) -> None:
    """Wait until the index reflects what the asker has seen; refuse while it is being made."""
    exchange = exchange_of(request)
    exchange.begun()
    text = request.query_params.get("at_least")
    if text is None:
        return
    if not text.isascii() or not text.isdigit() or int(text) > INTEGER_MAX:
        raise spoken.refused_parameter("at_least", "epcis_not_a_count", bound=INTEGER_MAX)
    if not exchange.wait_for(int(text), WAIT_S):
        raise Refused("not_there_yet")


def _filters(request: Request) -> list[tuple[str, str]]:
    return [
        (name, value)
        for name, value in request.query_params.multi_items()
        if name not in pages.OF_THE_PAGE
    ]


def _page(
    request: Request,
    asker: Subject,
    wanted: Asked,
    filters: Mapping[str, Any],
    name: str,
    *,
    must_be: bool = False,
) -> Response:
    format_ = spoken.format_of(request)
    page = pages.asked_for(request, filters)
    moment_of(request)
    left = page.left if page.until is not None else wanted.limit
    size = page.size if left is None else min(page.size, left)
    after = None if page.until is None else ordering.key_of(wanted, page.after)
    if page.until is not None and after is None:
        raise pages.invalid()
    with snapshot(at_hand(request).engine) as (connection, _):
        known = indexing.position(connection) or 0
        until: Position = known if page.until is None else min(page.until, known)
        scope = asker.scope
        if wanted.at_most is not None and page.until is None:
            found = finding.count(connection, wanted, scope, until, wanted.at_most)
            if found > wanted.at_most:
                raise Refused("epcis_query_too_large", max=wanted.at_most)
        shown, onward = finding.page(connection, wanted, scope, until, after, size)
    if must_be and not shown and page.until is None:
        raise Refused("not_found")
    left = None if left is None else left - len(shown)
    headers = {}
    if onward is not None and left != 0:
        headers = pages.further(request, filters, until, [*onward.by, onward.place], left)
    if must_be:
        headers[HASH] = ", ".join(dict.fromkeys(one.hash for one in shown if one.hash))
    told = telling.document(shown, at_hand(request).clock(), format_, name)
    return spoken.answer(request, told, until, {"GS1-EPC-Format": format_, **headers})


def _destroyed(request: Request, asker: Subject, event: str) -> Position | None:
    """Return where an event stood that is destroyed, if it was the asker's to see."""
    desk = at_hand(request)
    for left in destroyed(desk.ledger, event):
        sites, organisation = side_of(left)
        with snapshot(desk.engine) as (connection, _):
            of_it = Resource(tuple(places(connection, asker, sites)), organisation=organisation)
        if of_it.within(asker.scope):
            return left.position
    return None


def _capture(request: Request, asker: Subject, body: bytes) -> Response:
    """Record an event, wait until it is found, and tell it."""
    desk, exchange = at_hand(request), exchange_of(request)
    event = documents.read_event(body)
    captor = spoken.captor_of(asker)
    came = arrived(event, body, Placing(desk.ledger, captor))
    ours = Ours(desk.ledger, exchange.tell, [came], captor)
    (outcome,) = record(desk.ledger, [came], uuid4(), captor, desk.clock(), strict=True, ours=ours)
    if isinstance(outcome, Refused):
        raise outcome
    if outcome.redacted:
        raise Refused("epcis_event_redacted", position=outcome.position)
    indexing.begin(desk.ledger)
    movements = brought(exchange.post, captor, [came], [outcome])
    exchange.wait_for(max(outcome.position, reached(movements)), WAIT_S)
    told = {
        **event.json,
        "eventID": outcome.event_id,
        "recordTime": rfc3339(outcome.recorded_at),
    }
    location = f"/epcis/events/{quote(outcome.event_id, safe='')}"
    headers = {"Location": location, HASH: event_hash(event)}
    recorded = [one.posted.id for one in movements if one.posted and one.posted.position]
    if recorded:
        headers["Link"] = ", ".join(f'</v1/movements/{one}>; rel="related"' for one in recorded)
    return spoken.answer(request, told, outcome.position, headers, 201)


discoverable(routes, "/events", ["GET", "POST"])
discoverable(routes, "/events/{event:path}", ["GET"])
