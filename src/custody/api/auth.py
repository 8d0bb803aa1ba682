"""Who asks, and may they? Every route needs a key but /healthz, /readyz and the log's.

A browser cannot send a header of its own accord, so /docs and /openapi.json also take the key as
the password of HTTP Basic (any user name): the browser then asks for it. Nothing else takes it so,
and a browser that remembers it can therefore be lured into nothing.
"""

import binascii
from base64 import b64decode
from collections.abc import Awaitable, Callable
from typing import Annotated

from fastapi import Depends, Security
from fastapi.security import HTTPBearer
from starlette.requests import Request

from custody.api.desk import at_hand
from custody.keys import Key, Role
from custody.terms import FieldError, Refused

scheme = HTTPBearer(
    scheme_name="key",
    description="`ck_…`, made with `custody keys create`. 由 `custody keys create` 生成的密钥。",
    auto_error=False,
)
documented = Security(scheme)
"""Puts the scheme into the OpenAPI document; what decides is `key_of`."""


async def key_of(request: Request, *, basic: bool = False) -> Key:
    """Return the key that the request shows. Raises Refused if it shows none that is good."""
    kind, _, credentials = request.headers.get("authorization", "").partition(" ")
    text = credentials.strip()
    if basic and kind.lower() == "basic":
        text = _password(text)
    elif kind.lower() != "bearer":
        text = ""
    key = await at_hand(request).keyring.authenticate(text) if text else None
    if key is None:
        raise Refused("unauthenticated")
    return key


def one_of(*roles: Role) -> Callable[[Request], Awaitable[Key]]:
    """Return a dependency that lets pass the keys of some roles."""

    async def check(request: Request) -> Key:
        key = await key_of(request)
        if key.role not in roles:
            raise Refused("forbidden")
        return key

    return check


def own_site(key: Key, *sites: str | None) -> None:
    """Refuse a terminal what concerns none but other sites."""
    if key.role == "terminal" and key.site not in sites:
        raise Refused("not_your_site", FieldError("/site", "not_your_site", {"site": key.site}))


Admin = Annotated[Key, Depends(one_of("admin"))]
Reader = Annotated[Key, Depends(one_of("admin", "auditor", "integrator"))]
Anyone = Annotated[Key, Depends(one_of("admin", "auditor", "integrator", "terminal"))]


def _password(encoded: str) -> str:
    try:
        return b64decode(encoded, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError):
        return ""
