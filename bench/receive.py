"""How soon do receivers have what is pushed to them? A process of its own takes all of it.

It reads a plan from standard input, says on standard output on which port it listens, and, when a
given position has reached everyone, writes what it saw, as JSON. Each receiver has a path of its
own; it answers 204 as soon as it has read a delivery, and makes nothing of it.
"""

import asyncio
import json
import re
import sys
import time
from datetime import datetime

TAKEN = b"HTTP/1.1 204 No Content\r\n\r\n"

_length = re.compile(rb"(?i)\r\ncontent-length: (\d+)").search
_reach = re.compile(rb'"after":(\d+),"next":(\d+)').search
_recorded = re.compile(rb'"recorded_at":"([^"]{24})"').search


class Receivers:
    """What all of them have seen."""

    def __init__(self, count: int, until: int) -> None:
        self._until = until
        self._waiting = count
        self._begun = 0.0
        self._facts = 0
        self._seconds: list[float] = []
        self.done: asyncio.Future[dict[str, object]] = asyncio.get_running_loop().create_future()

    def take(self, body: bytes) -> None:
        """Take a delivery in. The clock begins to run when the first one has arrived."""
        now = time.perf_counter()
        reach, recorded = _reach(body), _recorded(body)
        assert reach, body[:200]
        if recorded:
            at = datetime.fromisoformat(recorded[1].decode()).timestamp()
            self._seconds.append(time.time() - at)
        if not self._begun:
            self._begun = now
        else:
            self._facts += int(reach[2]) - int(reach[1])
        self._waiting -= int(reach[2]) >= self._until
        if not self._waiting and not self.done.done():
            seen = {"facts": self._facts, "seconds": now - self._begun}
            self.done.set_result({**seen, "latencies": self._seconds})


class Connection(asyncio.Protocol):
    """One connection of whoever delivers."""

    def __init__(self, receivers: Receivers) -> None:
        self._receivers = receivers
        self._held = b""

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport

    def data_received(self, data: bytes) -> None:
        self._held += data
        head, found, rest = self._held.partition(b"\r\n\r\n")
        length = _length(head)
        if found and length and len(rest) >= int(length[1]):
            self._held = b""
            self._receivers.take(rest)
            self._transport.write(TAKEN)


async def receive(count: int, until: int) -> dict[str, object]:
    """Receive until everybody has been told up to a position."""
    receivers = Receivers(count, until)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Connection(receivers), "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    return await receivers.done


if __name__ == "__main__":
    plan = json.loads(sys.stdin.readline())
    print(json.dumps(asyncio.run(receive(**plan))), flush=True)
