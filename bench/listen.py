"""How soon do many who follow the stream of facts hear of each? A process of its own listens.

It reads a plan from standard input, says on standard output that all of them listen, and writes
what it saw when a given position has reached everyone, both as JSON. Of each piece that arrives the
first fact is taken, which has waited the longest.
"""

import asyncio
import json
import re
import sys
import time
from datetime import datetime

_recorded = re.compile(rb'"recorded_at":"([^"]{24})"').search
_ids = re.compile(rb"^id: (\d+)$", re.MULTILINE).findall


class Listener(asyncio.Protocol):
    """One connection that listens, until it has heard of a position."""

    def __init__(self, request: bytes, until: int) -> None:
        self._request = request
        self._until = until
        self.seconds: list[float] = []
        loop = asyncio.get_running_loop()
        self.listening: asyncio.Future[None] = loop.create_future()
        self.done: asyncio.Future[None] = loop.create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        transport.write(self._request)

    def data_received(self, data: bytes) -> None:
        now = time.time()
        if not self.listening.done():
            self.listening.set_result(None)  # the head, and after how long to come back
        said = _recorded(data)
        if said:
            at = datetime.fromisoformat(said[1].decode()).timestamp()
            self.seconds.append(now - at)
        ids = _ids(data)
        if ids and int(ids[-1]) >= self._until and not self.done.done():
            self.done.set_result(None)

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
    print(json.dumps(asyncio.run(listen(**plan))), flush=True)
