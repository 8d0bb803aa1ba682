"""How soon do many who follow the stream of facts hear of each? A process of its own listens.

It reads a plan from standard input, says on standard output that all of them listen, and writes
what it saw when a given position has reached everyone, both as JSON. Of each piece that arrives the
first fact is taken, which has waited the longest.

It has the cores of those who tell, and a hundred who read 500 facts a second read 35 MB: nothing
is read here but the first time and the last position of a piece. Whoever looked at every event for
its position took a third of a core for that alone, and what was told lay waiting before it.
"""

import asyncio
import json
import re
import sys
import time
from datetime import datetime
from typing import cast

import uvloop

_recorded = re.compile(rb'"recorded_at":"([^"]{24})"').search
_ID = b"\nid: "
_SPLIT_MAX = 32
"""How much of a piece's end is kept: the next may begin within an event's first line."""


def last_position(data: bytes) -> int:
    """Return the position of the last event whose first line is whole; 0 if there is none."""
    before = len(data)
    while (at := data.rfind(_ID, 0, before)) >= 0:
        digits, end, _ = data[at + len(_ID) : at + _SPLIT_MAX].partition(b"\n")
        if end:
            return int(digits)
        before = at
    return 0


class Listener(asyncio.Protocol):
    """One connection that listens, until it has heard of a position."""

    def __init__(self, request: bytes, until: int) -> None:
        self._request = request
        self._until = until
        self._end = b""
        self.seconds: list[float] = []
        loop = asyncio.get_running_loop()
        self.listening: asyncio.Future[None] = loop.create_future()
        self.done: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport is one by what it does, not by what it inherits.
        cast("asyncio.Transport", transport).write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.time()
        if not self.listening.done():
            self.listening.set_result(None)  # the head, and after how long to come back
        said = _recorded(data)
        if said:
            at = datetime.fromisoformat(said[1].decode()).timestamp()
            self.seconds.append(now - at)
        data = self._end + data
        if last_position(data) >= self._until and not self.done.done():
            self.done.set_result(None)
        self._end = data[-_SPLIT_MAX:]

    def connection_lost(self, error: Exception | None) -> None:
        for waited in (self.listening, self.done):
            if not waited.done():
                waited.set_exception(error or ConnectionError("the server hung up"))


async def listen(port: int, request: str, listeners: int, until: int) -> list[float]:
    """Listen with so many at once; return the seconds from each fact's record to its arrival."""
    loop = asyncio.get_running_loop()
    all_: list[Listener] = []
    for _ in range(listeners):
        _, one = await loop.create_connection(
            lambda: Listener(request.encode(), until), "127.0.0.1", port
        )
        all_.append(one)
    await asyncio.gather(*(one.listening for one in all_))
    print("listening", flush=True)
    await asyncio.gather(*(one.done for one in all_))
    return [second for one in all_ for second in one.seconds]


if __name__ == "__main__":
    plan = json.loads(sys.stdin.readline())
    seen = json.dumps(uvloop.run(listen(**plan)))
    # Through a buffer of our own, whatever PYTHONUNBUFFERED says: it goes on where a write into a
    # full pipe was broken off, and an unbuffered `print` would lose the rest.
    with open(sys.stdout.fileno(), "w", closefd=False) as told:
        print(seen, file=told)
