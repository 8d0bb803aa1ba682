"""How is a key made, and how does it end?"""

from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from time import time_ns
from typing import Final

from sqlalchemy import Engine, select

from custody.access import Role
from custody.keys.tables import Key, api_key, key_of
from custody.ledger import writing
from custody.ledger.errors import translated
from custody.terms import Millis, Refused

SECRET_BYTES: Final = 32
PREFIX: Final = "ck_"
TEST: Final = "test"
"""Stands behind the prefix of a key that opens nothing in production."""


@dataclass(frozen=True, slots=True)
class Binding:
    """To what a role's keys are bound: one of `needs`, and perhaps some of `may`."""

    needs: tuple[str, ...] = ()
    may: tuple[str, ...] = ()


BOUND_TO: Final[Mapping[Role, Binding]] = {
    "admin": Binding(),
    "terminal": Binding(("site",), ("terminal",)),
    "auditor": Binding(may=("organisation", "division")),
    "integrator": Binding(may=("organisation", "division")),
    "operator": Binding(("site", "organisation")),
    "carrier": Binding(("organisation",)),
    "authority": Binding(("division",)),
}


def create(
    engine: Engine,
    role: Role,
    site: str | None = None,
    terminal: str | None = None,
    *,
    organisation: str | None = None,
    division: str | None = None,
    name: str | None = None,
    test: bool = False,
    now: Millis | None = None,
) -> tuple[Key, str]:
    """Make a key; its text is told this once and can never be read again.

    `test`: it opens nothing in production. Refuses a role what it is not bound to, and a role that
    needs to be bound without.
    """
    bound = {"site": site, "terminal": terminal, "organisation": organisation, "division": division}
    assert_fits(role, {name for name, value in bound.items() if value is not None})
    made = Key(
        token_hex(6),
        role,
        site,
        terminal,
        name,
        _clock() if now is None else now,
        organisation=organisation,
        division=division,
    )
    text = f"{PREFIX}{f'{TEST}_' if test else ''}{made.id}_{token_urlsafe(SECRET_BYTES)}"
    with writing(engine) as connection:
        connection.execute(
            api_key.insert().values(
                id=made.id,
                role=role,
                sha256=digest(text),
                name=name,
                created_at=made.created_at,
                **bound,
            )
        )
    return made, text


def revoke(engine: Engine, id_: str, *, now: Millis | None = None) -> bool:
    """Let a key open nothing from now on; say whether there is such a key."""
    at = _clock() if now is None else now
    with writing(engine) as connection:
        known = connection.scalar(select(api_key.c.id).where(api_key.c.id == id_)) is not None
        connection.execute(
            api_key.update()
            .where(api_key.c.id == id_, api_key.c.revoked_at.is_(None))
            .values(revoked_at=at)
        )
    return known


def listing(engine: Engine) -> list[Key]:
    """Return every key there ever was, the oldest first; no text of any."""
    query = select(api_key).order_by(api_key.c.created_at, api_key.c.id)
    with translated(), engine.connect() as connection:
        return [key_of(row) for row in connection.execute(query)]


def digest(text: str) -> bytes:
    """Return what is kept of a key's text."""
    return sha256(text.encode(errors="replace")).digest()


def assert_fits(role: Role, bound: set[str]) -> None:
    """Refuse a role what it is not bound to, and one that needs to be bound without, or twice."""
    binding = BOUND_TO[role]
    for name in sorted(bound - {*binding.needs, *binding.may}):
        raise Refused(f"key_has_no_{'site' if name == 'terminal' else name}", role=role)
    if binding.needs and len(bound.intersection(binding.needs)) != 1:
        raise Refused(f"key_needs_{binding.needs[0]}", role=role)


def _clock() -> Millis:
    return time_ns() // 1_000_000
