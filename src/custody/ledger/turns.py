"""Whose turn it is to write, among the threads of one process."""

from __future__ import annotations

from collections import deque
from threading import Lock


class Turns:
    """A lock handed over in the order of asking, so that nobody starves and nobody polls."""

    def __init__(self) -> None:
        self._guard = Lock()
        self._taken = False
        self._waiting: deque[Lock] = deque()

    def __enter__(self) -> None:
        with self._guard:
            if not self._taken:
                self._taken = True
                return
            place = Lock()
            place.acquire()
            self._waiting.append(place)
        try:
            place.acquire()
        except BaseException:
            # Interrupted while waiting: whoever stands behind must not wait for us.
            self._leave(place)
            raise

    def __exit__(self, *_: object) -> None:
        self._pass_on()

    def _leave(self, place: Lock) -> None:
        with self._guard:
            if place in self._waiting:
                self._waiting.remove(place)
                return
        self._pass_on()

    def _pass_on(self) -> None:
        with self._guard:
            if self._waiting:
                # Still taken: it passes to the first in the row, and no newcomer slips in between.
                self._waiting.popleft().release()
            else:
                self._taken = False
