"""How a reader follows the ledger and blocks when it has seen everything."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from typing import Self

from custody.ledger.records import Record
from custody.ledger.wakeups import Wakeups

RECORDS_AT_ONCE = 500
# Only how long a single wait may last; who follows waits again.
WAIT_S = 3_600.0


class Subscription(Iterator[Record]):
    """The records past a position, without end until it is stopped."""

    def __init__(
        self, since: Callable[[int, int], list[Record]], wakeups: Wakeups, after: int
    ) -> None:
        self._since = since
        self._wakeups = wakeups
        self._position = after
        self._ahead: deque[Record] = deque()
        self._stopped = False

    def __next__(self) -> Record:
        while not self._stopped:
            if self._ahead:
                record = self._ahead.popleft()
                self._position = record.position
                return record
            if not self._looked_ahead():
                self._wakeups.wait(self._position, WAIT_S, self._is_over)
        raise StopIteration

    def _looked_ahead(self) -> bool:
        with self._wakeups.looking() as may:
            if may:
                self._ahead.extend(self._since(self._position, RECORDS_AT_ONCE))
            else:
                self._stopped = True
        return bool(self._ahead)

    def stop(self) -> None:
        """Let the iterator end, also one that blocks in another thread."""
        self._stopped = True
        self._wakeups.stir()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.stop()

    def _is_over(self) -> bool:
        return self._stopped
