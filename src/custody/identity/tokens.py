"""Who is it that an identity provider vouches for? OpenID Connect's tokens (RFC 7519, 8725)."""

import time
from collections.abc import Callable, Mapping
from typing import Any, Final

from joserfc import jws, jwt
from joserfc.errors import JoseError
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from custody import codes
from custody.access import ROLES, Role, Subject
from custody.identity.issuer import Issuer
from custody.identity.key_sets import KeySets
from custody.keys import assert_fits
from custody.terms import Refused

ALGORITHMS: Final = ("RS256", "PS256", "ES256", "ES384", "Ed25519")
"""None that a public key could be mistaken for a secret in."""
LEEWAY_S: Final = 60
TOKEN_CHARACTERS_MAX: Final = 8_192
NAME_MAX: Final = 200

PEOPLE: Final[Mapping[str, Role]] = {role: role for role in ROLES if role != "terminal"}
"""Roles that a person may have; a device has a key, or signs."""

BOUND: Final[Mapping[str, Callable[[str], object]]] = {
    "site": codes.site,
    "organisation": codes.uscc,
    "division": codes.province_name,
}
"""To what a person may be bound, each by a claim `custody_…`, and what raises if it is none."""


class Tokens:
    """Tells good tokens of one provider from all others."""

    def __init__(self, issuer: Issuer, clock: Callable[[], float] = time.time) -> None:
        self._clock = clock
        self._keys = KeySets(issuer.keys)
        self._registry = JWSRegistry(algorithms=list(ALGORITHMS))
        self._claims: dict[str, Any] = {
            "iss": {"essential": True, "value": issuer.name},
            "aud": {"essential": True, "value": issuer.audience},
            "sub": {"essential": True},
            "exp": {"essential": True},
            "iat": {"essential": True},
        }

    async def subject(self, token: str) -> Subject | None:
        """Return whom a token is about, unless it is not good."""
        if len(token) > TOKEN_CHARACTERS_MAX:
            return None
        kid = _kid(token)
        keys = await self._keys.knowing(kid)
        if keys is None or kid is None or kid not in {key.kid for key in keys}:
            return None
        try:
            found = jwt.decode(token, keys, algorithms=ALGORITHMS, registry=self._registry)
            now = int(self._clock())
            JWTClaimsRegistry(now=lambda: now, leeway=LEEWAY_S, **self._claims).validate(
                found.claims
            )
            return _subject(found.claims)
        except (JoseError, ValueError, Refused):
            return None


def _kid(token: str) -> str | None:
    """Read which key a token says that it was signed with; nothing of it is believed yet."""
    try:
        kid = jws.extract_compact(token.encode()).headers().get("kid")
    except (JoseError, ValueError):
        return None
    return kid if isinstance(kid, str) else None


def _subject(claims: Mapping[str, Any]) -> Subject:
    """Read who it is. Raises ValueError or Refused if a claim is none that can be meant."""
    role = PEOPLE.get(str(claims.get("custody_role")))
    who = claims["sub"]
    if role is None or not who.isprintable() or len(who) > NAME_MAX:
        raise ValueError("no person of ours")
    bound = {name: _code(claims.get(f"custody_{name}"), check) for name, check in BOUND.items()}
    assert_fits(role, {name for name, said in bound.items() if said is not None})
    name = claims.get("name")
    return Subject(
        f"token:{who}",
        role,
        site=bound["site"],
        organisation=bound["organisation"],
        division=bound["division"],
        how="token",
        name=name[:NAME_MAX] if isinstance(name, str) else None,
    )


def _code(said: object, check: Callable[[str], object]) -> str | None:
    if said is None:
        return None
    if not isinstance(said, str) or not said.isascii():
        raise ValueError("no code")
    check(said)
    return said
