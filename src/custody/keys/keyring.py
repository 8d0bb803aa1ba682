"""Is the key just shown still good, and whose is it?"""

import asyncio
import hmac
import time
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection, Engine, Row, func, select

from custody.keys.making import PREFIX, TEST, digest
from custody.keys.tables import Key, api_key, key_of
from custody.ledger.errors import translated

FRESH_S: Final = 0.5
"""How long it may take to notice that a key was made or revoked: twice that is promised."""

REMEMBERED_MAX: Final = 50_000
KEY_CHARACTERS_MAX: Final = 200
_NOBODY: Final = bytes(32)


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
    database twice a second, however many keys are in use. `production`: keys made for tests open
    nothing.
    """

    def __init__(
        self,
        engine: Engine,
        clock: Callable[[], float] = time.monotonic,
        *,
        production: bool = False,
    ) -> None:
        self._engine = engine
        self._production = production
        self._clock = clock
        self._known: dict[str, _Known] = {}
        self._asking: dict[str, asyncio.Future[Any]] = {}
        self._revoked = 0
        self._fresh_until = 0.0
        self._threads = ThreadPoolExecutor(2, thread_name_prefix="keyring")

    async def authenticate(self, text: str) -> Key | None:
        """Return the key whose text this is, unless there is none or it was revoked."""
        id_ = self._id(text)
        if id_ is None:
            return None
        if self._fresh_until < self._clock():
            self._revoked, self._fresh_until = await self._once("", self._look_for_revoked)
        known = self._known.get(id_)
        if known is None or not self._counts(known):
            known = await self._once(id_, self._look_up)
            self._remember(id_, known)
        # Compared for an unknown id too, so that time tells nothing.
        same = hmac.compare_digest(digest(text), known.digest)
        return known.key if same else None

    def opens_nothing_here(self, text: str) -> bool:
        """Tell whether a text is of the kind that is for tests alone, and this is production."""
        return self._production and text.startswith(f"{PREFIX}{TEST}_")

    def close(self) -> None:
        self._threads.shutdown()

    def _id(self, text: str) -> str | None:
        """Return which key a text claims to be; None if it can be none that opens anything."""
        if len(text) > KEY_CHARACTERS_MAX or not text.startswith(PREFIX):
            return None
        id_, mark, rest = text[len(PREFIX) :].partition("_")
        if id_ == TEST:
            if self._production:
                return None
            id_, mark, _ = rest.partition("_")
        # No id of ours otherwise, nor a name under which anything else is asked.
        return id_ if mark and id_.isascii() and id_.isalnum() else None

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
        return _Known(key_of(row), row.sha256, revoked, until)


def _count_revoked(connection: Connection) -> int:
    asked = select(func.count()).select_from(api_key).where(api_key.c.revoked_at.is_not(None))
    return connection.scalar(asked) or 0


def _find(connection: Connection, id_: str) -> Row[Any] | None:
    rows: Iterable[Row[Any]] = connection.execute(select(api_key).where(api_key.c.id == id_))
    return next(iter(rows), None)
