"""Who holds a key, what may it open, and is the one just shown still good?"""

import asyncio
import hmac
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from hashlib import sha256
from secrets import token_hex, token_urlsafe
from typing import Any, Final, Literal, NamedTuple, get_args

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Engine,
    LargeBinary,
    MetaData,
    Row,
    Table,
    Text,
    func,
    select,
)

from custody.ledger import writing
from custody.ledger.errors import translated
from custody.terms import Millis, Refused

Role = Literal["admin", "terminal", "auditor", "integrator"]
ROLES: Final[tuple[Role, ...]] = get_args(Role)

SECRET_BYTES: Final = 32
FRESH_S: Final = 0.5
"""How long it may take to notice that a key was made or revoked: twice that is promised."""

REMEMBERED_MAX: Final = 50_000
KEY_CHARACTERS_MAX: Final = 200
_LAYOUT_LOCK: Final = 0x6B657973
_NOBODY: Final = bytes(32)

metadata = MetaData()
api_key = Table(
    "api_key",
    metadata,
    Column("id", Text, primary_key=True),
    Column("role", Text, nullable=False),
    Column("site", Text),
    Column("terminal", Text),
    # Of the whole text: who reads the table cannot speak for anyone.
    Column("sha256", LargeBinary, nullable=False),
    Column("name", Text),
    Column("created_at", BigInteger, nullable=False),
    Column("revoked_at", BigInteger, index=True),
)


@dataclass(frozen=True, slots=True)
class Key:
    """What a key opens, and for whom."""

    id: str
    role: Role
    site: str | None
    terminal: str | None
    name: str | None
    created_at: Millis
    revoked_at: Millis | None = None


def lay_out(engine: Engine) -> None:
    """Make the table of keys where it is not there yet."""
    with writing(engine) as connection:
        if connection.dialect.name == "postgresql":
            # Several processes start at once; one of them makes the table.
            connection.exec_driver_sql(f"select pg_advisory_xact_lock({_LAYOUT_LOCK})")
        metadata.create_all(connection)


def create(
    engine: Engine,
    role: Role,
    site: str | None = None,
    terminal: str | None = None,
    *,
    name: str | None = None,
    now: Millis | None = None,
) -> tuple[Key, str]:
    """Make a key; its text is told this once and can never be read again."""
    if role == "terminal" and site is None:
        raise Refused("key_needs_site")
    if role != "terminal" and (site or terminal):
        raise Refused("key_has_no_site", role=role)
    made = Key(token_hex(6), role, site, terminal, name, _clock() if now is None else now)
    text = f"ck_{made.id}_{token_urlsafe(SECRET_BYTES)}"
    with writing(engine) as connection:
        connection.execute(
            api_key.insert().values(
                id=made.id,
                role=role,
                site=site,
                terminal=terminal,
                sha256=_digest(text),
                name=name,
                created_at=made.created_at,
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
        return [_key(row) for row in connection.execute(query)]


class _Known(NamedTuple):
    """What the database said of an id, and how many keys had been revoked before it was asked."""

    key: Key | None
    digest: bytes
    revoked: int
    until: float
    """How long we believe that there is no such key; of one that there is, `revoked` tells."""


class Keyring:
    """Tells keys that are good from those that are not.

    A key that was looked up is good until some key is revoked; how many have been is asked of the
    database twice a second, however many keys are in use.
    """

    def __init__(self, engine: Engine, clock: Callable[[], float] = time.monotonic) -> None:
        self._engine = engine
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, asyncio.Future[Any]] = {}
        self._revoked = 0
        self._fresh_until = 0.0
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="keyring")

    async def authenticate(self, text: str) -> Key | None:
        """Return the key whose text this is, unless there is none or it was revoked."""
        parts = text.split("_", 2)
        if len(parts) != 3 or parts[0] != "ck" or len(text) > KEY_CHARACTERS_MAX:
            return None
        if not (parts[1].isascii() and parts[1].isalnum()):
            return None  # no id of ours, nor a name under which anything else is asked
        if self._fresh_until < self._clock():
            self._revoked, self._fresh_until = await self._once("", self._look_for_revoked)
        known = self._known.get(parts[1])
        if known is None or not self._counts(known):
            known = await self._once(parts[1], self._look_up)
            self._remember(parts[1], known)
        # Compared for an unknown id too, so that time tells nothing.
        same = hmac.compare_digest(_digest(text), known.digest)
        return known.key if same else None

    def close(self) -> None:
        self._threads.shutdown()

    def _counts(self, known: _Known) -> bool:
        return known.until >= self._clock() if known.key is None else known.revoked == self._revoked

    def _remember(self, id_: str, known: _Known) -> None:
        if len(self._known) >= REMEMBERED_MAX:
            self._known.clear()
        self._known[id_] = known

    async def _once(self, id_: str, ask: Callable[[str], Any]) -> Any:
        """Ask the database off the event loop; who wants to know the same waits for one answer."""
        asking = self._asking.get(id_)
        if asking is None:
            asking = asyncio.get_running_loop().run_in_executor(self._threads, ask, id_)
            self._asking[id_] = asking
            asking.add_done_callback(lambda _: self._asking.pop(id_, None))
        return await asyncio.shield(asking)

    def _look_for_revoked(self, _: str) -> tuple[int, float]:
        until = self._clock() + FRESH_S  # counted from before the question, not from its answer
        with translated(), self._engine.connect() as connection:
            return _count_revoked(connection), until

    def _look_up(self, id_: str) -> _Known:
        until = self._clock() + FRESH_S
        with translated(), self._engine.connect() as connection:
            # In this order: a key that is revoked in between is found revoked, or counted later.
            revoked = _count_revoked(connection)
            row = _find(connection, id_)
        if row is None or row.revoked_at is not None:
            return _Known(None, _NOBODY, revoked, until)
        return _Known(_key(row), row.sha256, revoked, until)


def _count_revoked(connection: Connection) -> int:
    asked = select(func.count()).select_from(api_key).where(api_key.c.revoked_at.is_not(None))
    return connection.scalar(asked) or 0


def _find(connection: Connection, id_: str) -> Row[Any] | None:
    rows: Iterable[Row[Any]] = connection.execute(select(api_key).where(api_key.c.id == id_))
    return next(iter(rows), None)


def _key(row: Row[Any]) -> Key:
    return Key(row.id, row.role, row.site, row.terminal, row.name, row.created_at, row.revoked_at)


def _digest(text: str) -> bytes:
    return sha256(text.encode(errors="replace")).digest()


def _clock() -> Millis:
    return time.time_ns() // 1_000_000
