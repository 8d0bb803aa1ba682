"""What happened? Movements come in here, one or many."""

import orjson
from pydantic import ValidationError
from starlette.requests import Request
from starlette.responses import Response

from custody.access import can
from custody.api import auth, behalf, bodies, problems, receipts, slices, ways_on
from custody.api.desk import Desk, at_hand
from custody.api.headers import table
from custody.api.parameters import instant
from custody.custodian import Posted, Recorded
from custody.custodian import Request as Posting
from custody.decisions import Poster
from custody.events import Movement, complaints, read_movement
from custody.events.not_json import within
from custody.terms import FieldError, Millis, Refused

ACCEPTED = (bodies.JSON, bodies.NDJSON)


async def record_movements(request: Request) -> Response:
    """Record one movement, or many at once: an object, an array, or a line each.

    An object is answered 201 when it is recorded and 200 when it had been before, with the first
    answer. Many are answered 200 with a result each, in their order; with `Prefer: handling=strict`
    they are recorded all or none.
    """
    desk = at_hand(request)
    received_at = desk.clock()
    asker = await auth.who(request)
    auth.insist(asker, can(asker, "post_movements"))
    if request.scope["query_string"]:
        raise Refused("unknown_parameter")
    media_type = bodies.media_type(request, ACCEPTED)
    sent_at = _sent_at(request)
    body = await bodies.read(request)
    poster = Poster(asker.id, asker.site, asker.terminal)
    if media_type == bodies.JSON and not slices.is_array(body):
        data = slices.one(body)
        auth.not_too_often(desk.counted.movements, asker.id)
        posted = [Posted(_read(data), data, poster, received_at, sent_at)]
        if asker.site is None:
            posted = await behalf.spoken_for(desk, asker, posted)
        return await _one(request, desk, *posted)
    cut = slices.of_lines if media_type == bodies.NDJSON else slices.of_array
    slices_ = cut(body)
    auth.not_too_often(desk.counted.movements, asker.id, len(slices_))
    read = within(body, slices_, map(_read, slices_))
    posted = [
        Posted(fact, data, poster, received_at, sent_at)
        for fact, data in zip(read, slices_, strict=True)
    ]
    if asker.site is None:
        posted = await behalf.spoken_for(desk, asker, posted)
    return await _many(request, desk, posted)


async def _one(request: Request, desk: Desk, posted: Posted) -> Response:
    if isinstance(posted.fact, Refused):
        (posted,) = await ways_on.told(desk, [posted])
        assert isinstance(posted.fact, Refused), "ways on are no way in"
        raise posted.fact
    (outcome,) = await desk.intake.take(Posting([posted]))
    if isinstance(outcome, Refused):
        raise outcome
    told = receipts.receipt(
        outcome.receipt, receipts.status(outcome), problems.language_of(request)
    )
    return _answer(desk, told, 200 if outcome.duplicate else 201)


async def _many(request: Request, desk: Desk, posted: list[Posted]) -> Response:
    strict = _is_strict(request)
    posted = await ways_on.told(desk, posted)
    outcomes = await desk.intake.take(Posting(posted, strict)) if posted else []
    refused = receipts.refused_batch(outcomes) if strict else None
    if refused is not None:
        raise refused
    language = problems.language_of(request)
    request_id = request.scope["request_id"]
    positions = [one.receipt.position for one in outcomes if isinstance(one, Recorded)]
    told = {
        "results": [
            receipts.result(one, outcome, language, request_id)
            for one, outcome in zip(posted, outcomes, strict=True)
        ],
        "position": max(positions, default=desk.watermark.position),
    }
    headers = {"Preference-Applied": "handling=strict"} if strict else {}
    return _answer(desk, told, 200, headers)


def _answer(
    desk: Desk,
    told: dict[str, object],
    status: int,
    headers: dict[str, str] | None = None,
) -> Response:
    position = told["position"]
    assert isinstance(position, int), "a receipt tells its position"
    desk.watermark.rise(position)
    headers = {**(headers or {}), "Custody-Position": str(position)}
    return Response(orjson.dumps(told), status, headers, bodies.JSON)


def _read(data: bytes) -> Movement | Refused:
    try:
        slices.assert_sound(data)
        return read_movement(data)
    except Refused as refused:
        return refused
    except ValidationError as error:
        return complaints.refused(error)


def _sent_at(request: Request) -> Millis | None:
    """Read the device's clock at sending."""
    said = table(request.scope).get(b"custody-sent-at")
    if said is None:
        return None
    try:
        return instant(said.decode("latin-1"))
    except ValueError as error:
        raise Refused(
            "invalid_parameters", FieldError("/Custody-Sent-At", "not_an_instant")
        ) from error


def _is_strict(request: Request) -> bool:
    preferences = ",".join(request.headers.getlist("prefer")).lower().split(",")
    return any(
        one.partition(";")[0].replace(" ", "").replace('"', "") == "handling=strict"
        for one in preferences
    )
