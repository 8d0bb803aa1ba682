"""Who asks, and may they at all? Every route needs to know but /, /healthz, /readyz and the log's.

A browser cannot send a header of its own accord, so /docs and the documents also take the key as
the password of HTTP Basic (any user name): the browser then asks for it. Nothing else takes it so,
and a browser that remembers it can therefore be lured into nothing.
"""

import binascii
from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import Any

from fastapi import Depends, Security
from fastapi.security import HTTPBearer
from starlette.requests import Request

from custody.access import Action, Decision, Subject, can
from custody.api import machines
from custody.api.desk import at_hand
from custody.api.headers import table
from custody.api.serving import BEGUN
from custody.limits import InFlight, Rates
from custody.terms import FieldError, Refused

scheme = HTTPBearer(
    scheme_name="key",
    description="`ck_…`, made with `custody keys create`, or a token of the identity provider. "
    "由 `custody keys create` 生成的密钥，或身份提供方的令牌。",
    auto_error=False,
)
documented = Security(scheme)
"""Puts the scheme into the OpenAPI document; what decides is `who`."""

KNOWN = "custody.subject"
"""Where a request keeps who asks, once it is known."""


async def who(request: Request, *, basic: bool = False) -> Subject:
    """Return who asks.

    Raises Refused if the request does not show it, or shows it twice; or if it is one too many of
    those that the asker has begun.
    """
    known: Subject | None = request.scope.get(KNOWN)
    if known is not None:
        return known
    subject = await shown(request, basic=basic)
    _begin(request, subject)
    request.scope[KNOWN] = subject
    return subject


async def shown(request: Request, *, basic: bool = False) -> Subject:
    """Return who the request shows to ask, as of now. Raises Refused as `who` does."""
    headers = table(request.scope)
    if headers.keys().isdisjoint(UNUSUAL) and len(headers) == len(request.scope["headers"]):
        # So it is all day: one header that shows it, if any, and none twice.
        said = headers.get(b"authorization", b"")
        subject = await _by_authorization(request, said.decode("latin-1"), basic)
    else:
        subject = await _by_one_of_all(request, headers, basic)
    if subject is None:
        raise Refused("unauthenticated")
    return subject


def listens(request: Request, asker: Subject) -> None:
    """Count a request among those that are answered without end, and no longer with the others.

    Raises Refused if it is one too many.
    """
    counted = at_hand(request).counted
    count(request, asker.id, counted.streams, "too_many_streams")
    counted.in_flight.end(asker.id)


def _begin(request: Request, asker: Subject) -> None:
    count(request, asker.id, at_hand(request).counted.in_flight, "too_many_in_flight")


def count(request: Request, asker: str, among: InFlight, code: str) -> None:
    """Count a request until the envelope has sent the answer, however that ends.

    Raises Refused if it is one too many.
    """
    if not among.begin(asker):
        raise Refused(code, max=among.at_most)
    request.scope[BEGUN] = (among, asker)


async def _by_authorization(request: Request, said: str, basic: bool) -> Subject | None:
    """A key of ours, or a token of the identity provider."""
    kind, _, credentials = said.partition(" ")
    text = credentials.strip()
    if kind.lower() != "bearer":
        text = _password(text) if basic and kind.lower() == "basic" else ""
    if not text:
        return None
    desk = at_hand(request)
    if desk.tokens is not None and text.count(".") == 2:
        return await desk.tokens.subject(text)
    if desk.keyring.opens_nothing_here(text):
        raise Refused("unauthenticated", FieldError("/Authorization", "key_for_tests"))
    key = await desk.keyring.authenticate(text)
    return None if key is None else key.subject


async def _by_signature(request: Request, _said: str, _basic: bool) -> Subject | None:
    return await machines.by_signature(request)


async def _by_proxy(request: Request, said: str, _basic: bool) -> Subject | None:
    return await machines.by_certificate(request, said)


WAYS: dict[bytes, Callable[[Request, str, bool], Awaitable[Subject | None]]] = {
    b"authorization": _by_authorization,
    b"signature": _by_signature,
    b"client-cert": _by_proxy,
}
"""Which header shows who somebody is, and how it is read."""


UNUSUAL = WAYS.keys() - {b"authorization"}


async def _by_one_of_all(
    request: Request, headers: dict[bytes, bytes], basic: bool
) -> Subject | None:
    """Look at every header that could show who it is. Raises Refused if more than one does."""
    shown = [name for name, _ in request.scope["headers"] if name in WAYS]
    if len(shown) > 1:
        raise Refused("two_identities")
    for name in shown:
        return await WAYS[name](request, headers[name].decode("latin-1"), basic)
    return None


def asks(action: Action) -> Any:
    """Return a dependency of a route that does this: who asks, unless they may nowhere."""
    return Depends(_asking(action))


def _asking(action: Action) -> Callable[[Request], Awaitable[Subject]]:
    async def asking(request: Request) -> Subject:
        subject = await who(request)
        insist(subject, can(subject, action))
        return subject

    return asking


def insist(subject: Subject, decision: Decision) -> None:
    """Raise Refused where the decision is no."""
    if decision:
        return
    if decision.because == "not_your_site":
        error = FieldError("/site", "not_your_site", {"site": subject.site})
        raise Refused("not_your_site", error)
    raise Refused(decision.because)


def not_too_often(rates: Rates, asker: str, count: int = 1) -> None:
    """Raise Refused if the asker has asked for more than its share."""
    seconds = rates.take(asker, count)
    if seconds:
        raise Refused("rate_limited", seconds=seconds)


def _password(encoded: str) -> str:
    try:
        return b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
