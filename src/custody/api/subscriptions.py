"""How does somebody have the facts brought to them, instead of coming for them?"""

import asyncio
import os
from contextlib import suppress
from dataclasses import replace
from typing import Annotated, Any, Final
from urllib.parse import urlsplit

from fastapi import Path
from pydantic import BaseModel
from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from custody.access import Subject
from custody.api import answers, bodies, cursors
from custody.api.auth import asks
from custody.api.desk import at_hand
from custody.api.parameters import Cursor, Limit, Recorded
from custody.api.problems import language_of
from custody.api.pushing import sender_of
from custody.api.routes import answer, page, problems, router
from custody.api.subscription_answers import (
    DeadLetter,
    ReplayWanted,
    SubscriptionMade,
    SubscriptionRemoved,
    SubscriptionReplayed,
    SubscriptionTold,
    SubscriptionWanted,
    TrialDelivery,
    dead,
    told,
    tried,
)
from custody.pushing import Subscription, Unsealable, Wanted, addresses, keeping, secrets
from custody.pushing.parcels import signed, trial
from custody.pushing.resolving import resolve
from custody.terms import FieldError, Refused

LOOK_UP_S: Final = 2.0
"""How long a receiver's name is looked up when it is made known; what nobody knows yet, somebody
may know later, and where it leads is looked at before each delivery."""

routes = router("subscriptions")

Id = Annotated[str, Path(pattern=r"^sub_[0-9a-f]{24}$")]
Asker = Annotated[Subject, asks("subscribe")]


def _body(model: type[BaseModel]) -> dict[str, Any]:
    content = {bodies.JSON: {"schema": model.model_json_schema()}}
    return {"requestBody": {"required": True, "content": content}}


@routes.post(
    "/v1/subscriptions",
    status_code=201,
    response_model=SubscriptionMade,
    responses=problems(400, 413, 415, "needs_a_key", "too_many_subscriptions", "vault_closed"),
    openapi_extra=_body(SubscriptionWanted),
)
async def subscribe(request: Request, asker: Asker) -> Response:
    """Have facts posted to a receiver as they are recorded: signed, in order, until it takes them.

    The secret is told this once. What the asker's key may see is told, as long as the key is good.
    """
    desk, sender = at_hand(request), sender_of(request)
    if asker.how != "key":
        raise Refused("needs_a_key")
    wanted = SubscriptionWanted.model_validate_json(await bodies.read_json(request)).known()
    await assert_reachable(wanted.url, sender.networks)
    head = await run_in_threadpool(desk.ledger.head)
    after = head.position if wanted.after is None else wanted.after
    if after > head.position:
        too_big = FieldError("/after", "too_big", {"bound": head.position})
        raise Refused("invalid_fields", too_big)
    made, secret = await run_in_threadpool(
        keeping.create,
        desk.engine,
        sender.key(),
        asker.id,
        Wanted(**{**wanted.model_dump(), "after": after}),
        desk.clock(),
    )
    said = {**told(made, head.position, language_of(request)), "secret": secret}
    return answer(request, said, head.position, 201)


@routes.get("/v1/subscriptions", response_model=answers.Page[SubscriptionTold])
def list_subscriptions(
    request: Request, asker: Asker, _: Recorded, cursor: Cursor = None, limit: Limit = 100
) -> Response:
    """List the subscriptions that the asker's key has made; administrators see everybody's."""
    desk = at_hand(request)
    head = desk.ledger.head().position
    found = keeping.listing(desk.engine, _whose(asker), cursors.read(request, cursor), limit + 1)
    language = language_of(request)
    return page(
        request, found, limit, head, lambda one: told(one, head, language), lambda one: one.id
    )


@routes.get(
    "/v1/subscriptions/{subscription}", response_model=SubscriptionTold, responses=problems(404)
)
def tell_subscription(
    request: Request,
    asker: Asker,
    subscription: Id,
    _: Recorded,
) -> Response:
    """Tell how a subscription stands: how far it has come, and what its receiver answered last."""
    return _told(request, keeping.find(at_hand(request).engine, subscription, _whose(asker)))


@routes.delete(
    "/v1/subscriptions/{subscription}", response_model=SubscriptionRemoved, responses=problems(404)
)
def remove_subscription(
    request: Request,
    asker: Asker,
    subscription: Id,
) -> Response:
    """Tell a receiver nothing any more, and forget what it refused."""
    desk = at_hand(request)
    keeping.remove(desk.engine, subscription, _whose(asker))
    said = {"subscription": subscription, "status": "deleted"}
    return answer(request, said, desk.watermark.position)


@routes.post(
    "/v1/subscriptions/{subscription}/pause",
    response_model=SubscriptionTold,
    responses=problems(404),
)
def pause_subscription(
    request: Request,
    asker: Asker,
    subscription: Id,
) -> Response:
    """Tell nothing until it is resumed; what is under way may still arrive."""
    return _told(request, keeping.pause(at_hand(request).engine, subscription, _whose(asker)))


@routes.post(
    "/v1/subscriptions/{subscription}/resume",
    response_model=SubscriptionTold,
    responses=problems(404, "subscription_key_revoked"),
)
def resume_subscription(
    request: Request,
    asker: Asker,
    subscription: Id,
) -> Response:
    """Go on at the cursor, at once, whether it was paused, disabled or waiting to try again."""
    return _told(request, keeping.resume(at_hand(request).engine, subscription, _whose(asker)))


@routes.post(
    "/v1/subscriptions/{subscription}/replay",
    response_model=SubscriptionReplayed,
    responses=problems(400, 404, 413, 415),
    openapi_extra=_body(ReplayWanted),
)
async def replay_subscription(
    request: Request,
    asker: Asker,
    subscription: Id,
) -> Response:
    """Tell again what lies past a position, or what was refused for good, under new ids."""
    desk, whose = at_hand(request), _whose(asker)
    head = (await run_in_threadpool(desk.ledger.head)).position
    wanted = ReplayWanted.model_validate_json(await bodies.read_json(request)).one(head)
    count = 0
    if wanted.after is not None:
        found = await run_in_threadpool(
            keeping.replay, desk.engine, subscription, whose, wanted.after
        )
    else:
        found, count = await run_in_threadpool(
            keeping.replay_dead, desk.engine, subscription, whose, desk.clock()
        )
    said = {**told(found, head, language_of(request)), "dead_letters": count}
    return answer(request, said, head)


@routes.get(
    "/v1/subscriptions/{subscription}/dead-letters",
    response_model=answers.Page[DeadLetter],
    responses=problems(404),
)
def list_dead_letters(
    request: Request,
    asker: Asker,
    subscription: Id,
    _: Recorded,
    cursor: Cursor = None,
    limit: Limit = 100,
) -> Response:
    """List the facts that the receiver refused for good, and what it said to each."""
    desk = at_hand(request)
    keeping.find(desk.engine, subscription, _whose(asker))
    after = cursors.read(request, cursor) or "0"
    if not (after.isascii() and after.isdigit()):
        raise Refused("cursor_invalid", FieldError("/cursor", "cursor_invalid"))
    rows = keeping.dead_letters(desk.engine, subscription, int(after[:18]), limit + 1)
    return page(
        request,
        rows,
        limit,
        desk.watermark.position,
        dead,
        lambda row: str(row.position),
    )


@routes.post(
    "/v1/subscriptions/{subscription}/secret",
    response_model=SubscriptionMade,
    responses=problems(404, "vault_closed"),
)
def rotate_secret(
    request: Request,
    asker: Asker,
    subscription: Id,
) -> Response:
    """Give a new secret; for a day, deliveries bear the former one's signature as well."""
    desk = at_hand(request)
    found, secret = keeping.rotate(
        desk.engine, sender_of(request).key(), subscription, _whose(asker), desk.clock()
    )
    head = desk.ledger.head().position
    said = {**told(found, head, language_of(request)), "secret": secret}
    return answer(request, said, head)


@routes.post(
    "/v1/subscriptions/{subscription}/test",
    response_model=TrialDelivery,
    responses=problems(404, "vault_closed"),
)
async def try_subscription(
    request: Request,
    asker: Asker,
    subscription: Id,
) -> Response:
    """Post a signed delivery that tells no fact, and say what the receiver answered."""
    from custody.pushing.posting import Posting

    desk, sender = at_hand(request), sender_of(request)
    found = await run_in_threadpool(keeping.find, desk.engine, subscription, _whose(asker))
    now = desk.clock()
    try:
        known = secrets.opened(sender.key(), found, now)
    except Unsealable as error:
        raise Refused("vault_closed") from error
    parcel = trial(found, f"test_{os.urandom(16).hex()}")
    headers = signed(found, known, parcel, now)
    async with Posting(sender.networks) as posting:
        answered = await posting.post(found.url, parcel.content, headers, now)
    return answer(request, tried(parcel.id, answered), desk.watermark.position)


def _whose(asker: Subject) -> str | None:
    """Say whose subscriptions are the asker's to see: those of its key, or everybody's."""
    return None if asker.role == "admin" else asker.id


def _told(request: Request, found: Subscription) -> Response:
    head = at_hand(request).ledger.head().position
    return answer(request, told(found, head, language_of(request)), head)


async def assert_reachable(url: str, networks: addresses.Networks, pointer: str = "/url") -> None:
    """Refuse a receiver that we may not be sent to, as far as that is known now."""
    complaint = addresses.complaint(url, networks)
    if complaint is None:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
        with suppress(OSError, UnicodeError, TimeoutError):
            found = await asyncio.wait_for(resolve(parts.hostname or "", port), LOOK_UP_S)
            refusal = addresses.refusal(parts.scheme, port, found, networks)
            if refusal is not None:
                is_port = refusal == addresses.PORT_REFUSED
                complaint = addresses.wrong_port() if is_port else addresses.closed()
    if complaint is not None:
        raise Refused("invalid_fields", replace(complaint, pointer=pointer))
