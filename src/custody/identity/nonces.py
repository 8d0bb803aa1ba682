"""Which numbers of signed requests were used before, whichever process took them?

A row each, in the one database that all who serve share: a request that was overheard is no good to
another of them, nor to the same one started anew.
"""

from collections import Counter, deque
from threading import Lock
from typing import Final

from sqlalchemy import (
    BigInteger,
    Connection,
    Engine,
    MetaData,
    Table,
    delete,
    select,
    text,
    tuple_,
)

from custody.identity.requests import REPLAY_S, Proved
from custody.ledger import laying_out, writing
from custody.ledger.columns import TEXT, column
from custody.terms import Millis

NONCES_MAX: Final = 100_000
"""Of one terminal, by one process, so that none stands in another's way."""

REMEMBERED: Final[Millis] = 2 * REPLAY_S * 1_000
"""Whatever was signed early is accepted for as long after that instant."""

SWEPT_EVERY: Final[Millis] = 60_000

_LAYOUT_LOCK: Final = 0x6E6F6E63

metadata = MetaData()
signed_request = Table(
    "signed_request",
    metadata,
    column("terminal", TEXT, primary_key=True),
    column("nonce", TEXT, primary_key=True),
    column("until", BigInteger(), index=True),
)

# One that is to be forgotten may be used again, whether it has been removed by now or not.
_TAKE: Final = text(
    "insert into signed_request (terminal, nonce, until) values (:terminal, :nonce, :until)"
    " on conflict (terminal, nonce) do update set until = excluded.until"
    " where signed_request.until < :now"
)


def lay_out(engine: Engine) -> None:
    """Make the table where it is not there yet."""
    with laying_out(engine, _LAYOUT_LOCK) as connection:
        metadata.create_all(connection)


class Nonces:
    """Takes each number of a terminal once, for all processes on one database."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._guard = Lock()
        self._taken: deque[tuple[Millis, str]] = deque()
        """Until when this process counts what it took, and of whom, in order."""
        self._counts: Counter[str] = Counter()
        self._sweeps_at: Millis = 0

    def take(self, proved: Proved, now: Millis) -> bool:
        """Tell whether a request is the first with its number; call this once for each.

        Raises Unavailable if that cannot be written down: then nobody could tell the next time.

        No commit here waits for the disk. A crash of the machine takes back the last of them alone,
        and none that something was recorded after: its own flush took them along. So what could be
        sent again then is a question, by somebody who had overheard it just before the crash.
        """
        if not self._has_room(proved.keyid, now):
            return False
        taken = {
            "terminal": proved.keyid,
            "nonce": proved.nonce,
            "until": now + REMEMBERED,
            "now": now,
        }
        with writing(self._engine, durable=False) as connection:
            if self._is_to_sweep(now):
                _sweep(connection, now)
            if not connection.execute(_TAKE, taken).rowcount:
                return False
        self._count(proved.keyid, now)
        return True

    def _has_room(self, terminal: str, now: Millis) -> bool:
        with self._guard:
            while self._taken and self._taken[0][0] < now:
                _, of = self._taken.popleft()
                self._counts[of] -= 1
                if not self._counts[of]:
                    del self._counts[of]
            return self._counts[terminal] < NONCES_MAX

    def _count(self, terminal: str, now: Millis) -> None:
        with self._guard:
            self._taken.append((now + REMEMBERED, terminal))
            self._counts[terminal] += 1

    def _is_to_sweep(self, now: Millis) -> bool:
        with self._guard:
            if now < self._sweeps_at:
                return False
            self._sweeps_at = now + SWEPT_EVERY
            return True


def _sweep(connection: Connection, now: Millis) -> None:
    """Remove what is to be forgotten, but what another process is removing just now."""
    key = (signed_request.c.terminal, signed_request.c.nonce)
    old = select(*key).where(signed_request.c.until < now).with_for_update(skip_locked=True)
    connection.execute(delete(signed_request).where(tuple_(*key).in_(old)))
