"""How a reader that has seen everything learns that there is more."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from threading import Condition

# Another process's append on SQLite is noticed no later than this; on PostgreSQL its NOTIFY comes
# first, and the poll is for the one that was lost.
POLL_SQLITE_S = 0.05
POLL_POSTGRES_S = 0.5


class Wakeups:
    """The end of the ledger as far as this process has heard, and those who wait for it to rise."""

    def __init__(self, look: Callable[[], int], poll_s: float) -> None:
        self._look = look
        self._poll_s = poll_s
        self._changed = Condition()
        self._seen = 0
        self._heard = 0
        self._looked_at = 0.0
        self._looking = 0
        self.closed = False

    def rise(self, position: int) -> None:
        """Wake those who wait for this position or an earlier one."""
        with self._changed:
            if position > self._seen:
                self._seen = position
                self._changed.notify_all()

    def hear(self, position: int) -> None:
        """Let whoever waits for this position look at once whether it is there.

        Anybody who may connect to the database can have said so: taken at its word, a position
        that nobody has recorded would let those who follow wait no more, and rest no more.
        """
        with self._changed:
            if position > max(self._seen, self._heard):
                self._heard = position
                self._changed.notify_all()

    def confirm(self, position: int) -> bool:
        """Tell whether the ledger reaches a position; it is looked into if that was not seen."""
        if position > self._seen:
            with self.looking() as may:
                if may:
                    self.rise(self._look())
        return position <= self._seen

    def stir(self) -> None:
        """Let all who wait look whether they still should."""
        with self._changed:
            self._changed.notify_all()

    def close(self) -> None:
        """Let all who wait go; on return, none of them uses the database any more."""
        with self._changed:
            self.closed = True
            self._changed.notify_all()
            self._changed.wait_for(lambda: self._looking == 0)

    @contextmanager
    def looking(self) -> Iterator[bool]:
        """Whether the database may still be looked into; it stays open until the block ends."""
        with self._changed:
            may = not self.closed
            self._looking += may
        try:
            yield may
        finally:
            self._looked(may)

    def _looked(self, did: bool) -> None:
        with self._changed:
            self._looking -= did
            self._changed.notify_all()

    def wait(
        self, position: int, seconds: float, given_up: Callable[[], bool] = lambda: False
    ) -> bool:
        """Block until the ledger reaches past the position; False if the time ran out first."""
        deadline = time.monotonic() + seconds
        while True:
            with self._changed:
                if self._seen > position:
                    return True
                left = deadline - time.monotonic()
                if left <= 0 or self.closed or given_up():
                    return False
                rest = self._looked_at + self._poll_s - time.monotonic()
                if rest > 0 and self._heard <= position:
                    self._changed.wait(min(left, rest))
                    continue
                # However many wait, one of them looks.
                self._looked_at = time.monotonic()
                self._heard = 0
                self._looking += 1
            try:
                self.rise(self._look())
            finally:
                self._looked(True)
