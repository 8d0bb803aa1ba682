"""What does a service answer to many clients at once, and how soon? A process of its own asks it.

Each client sends a request when the last is answered, on a connection that stays open. It reads
a plan from standard input and writes what it saw to standard output, both as JSON.
"""

import asyncio
import json
import re
import sys
import time
from collections import Counter
from collections.abc import Iterator
from functools import partial
from typing import cast

import uvloop

_length = re.compile(rb"\r\ncontent-length: *(\d+)", re.IGNORECASE).search


class Client(asyncio.Protocol):
    """One connection, and what it asks, one thing after another."""

    def __init__(self, requests: list[str], until: float) -> None:
        self._requests: Iterator[bytes] = (request.encode() for request in requests)
        self._until = until
        self._transport: asyncio.Transport
        self._received = b""
        self._begun = 0.0
        self.latencies: list[float] = []
        self.statuses: Counter[str] = Counter()
        self.done: asyncio.Future[None] = asyncio.get_running_loop().create_future()

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        # uvloop's transport is one by what it does, not by what it inherits.
        self._transport = cast("asyncio.Transport", transport)
        self._ask()

    def data_received(self, data: bytes) -> None:
        self._received += data
        head, end, body = self._received.partition(b"\r\n\r\n")
        length = _length(head)
        if not end or (length is not None and len(body) < int(length[1])):
            return
        self.latencies.append(time.perf_counter() - self._begun)
        self.statuses[head[9:12].decode()] += 1
        self._received = b""
        self._ask()

    def connection_lost(self, error: Exception | None) -> None:
        if not self.done.done():
            self.done.set_exception(error or ConnectionError("the server hung up"))

    def _ask(self) -> None:
        request = next(self._requests, None)
        self._begun = time.perf_counter()
        if request is None or self._begun > self._until:
            if not self.done.done():
                self.done.set_result(None)
            self._transport.close()
            return
        self._transport.write(request)


async def load(port: int, clients: list[list[str]], seconds: float) -> dict[str, object]:
    """Ask until all is asked, or the time is over; what is under way is waited for."""
    loop = asyncio.get_running_loop()
    begun = time.perf_counter()
    asking: list[Client] = []
    for requests in clients:
        made = partial(Client, requests, begun + seconds)
        _, client = await loop.create_connection(made, "127.0.0.1", port)
        asking.append(client)
    await asyncio.gather(*(client.done for client in asking))
    return {
        "seconds": time.perf_counter() - begun,
        "latencies": [latency for client in asking for latency in client.latencies],
        "statuses": dict(sum((client.statuses for client in asking), Counter[str]())),
    }


if __name__ == "__main__":
    plan = json.load(sys.stdin)
    json.dump(uvloop.run(load(plan["port"], plan["clients"], plan["seconds"])), sys.stdout)
