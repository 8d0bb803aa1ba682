"""Which server-sent events are in the bytes of a stream, wherever the line cuts them?

As the HTML standard has them (html.spec.whatwg.org, section 9.2). What a stream ends in the middle
of is no event: it comes again, whole.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from custody.client.problems import Garbled

EVENT_BYTES_MAX: Final = 1024 * 1024
"""Bytes of one event: a movement has at most a quarter of it."""

# A return that the bytes end with may be half of a line end.
_line_end = re.compile(rb"\r\n|\n|\r(?!\Z)").search


@dataclass(frozen=True, slots=True)
class Event:
    """What one event says."""

    name: str
    id: str
    data: str


class Events:
    """Reads events out of the bytes of one stream."""

    def __init__(self) -> None:
        self.retry_ms: int | None = None
        """After how long to come back, as the service said last."""
        self._rest = b""
        self._size = 0
        self._name = ""
        self._id = ""
        self._data: list[str] = []

    def read(self, chunk: bytes) -> Iterator[Event]:
        """Yield the events that these bytes complete. Raises Garbled for one that is too long."""
        self._rest += chunk
        start = 0
        while found := _line_end(self._rest, start):
            line = self._rest[start : found.start()]
            start = found.end()
            event = self._take(line)
            if event is not None:
                yield event
        self._rest = self._rest[start:]
        if self._size + len(self._rest) > EVENT_BYTES_MAX:
            raise Garbled(f"an event of more than {EVENT_BYTES_MAX} bytes")

    def _take(self, line: bytes) -> Event | None:
        """Take in a line; return the event that a blank one ends."""
        if not line:
            event = Event(self._name or "message", self._id, "\n".join(self._data))
            said = bool(self._data)
            self._name, self._data, self._size = "", [], 0
            return event if said else None
        self._size += len(line)
        name, _, value = line.decode(errors="replace").partition(":")
        value = value.removeprefix(" ")
        match name:
            case "event":
                self._name = value
            case "data":
                self._data.append(value)
            case "id" if "\0" not in value:
                self._id = value
            case "retry" if value.isascii() and value.isdigit():
                self.retry_ms = int(value)
        return None
