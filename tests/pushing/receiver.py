"""A real HTTP server that answers what the test wants, and keeps what it was sent."""

import json
import threading
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from io import BufferedIOBase
from queue import Queue
from ssl import SSLContext
from typing import Any, Literal

from tests.waiting import LONG_S

Breaks = Literal["hangs", "breaks off", "says nothing", "drips"]


@dataclass
class Reply:
    """What it answers once, or how it fails to."""

    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    body: bytes = b"ok"
    breaks: Breaks | None = None


@dataclass
class Got:
    """What it was sent."""

    headers: dict[str, str]
    body: bytes
    peer: str

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def said(self) -> Any:
        return json.loads(self.body)

    @property
    def positions(self) -> list[int]:
        said = self.said
        return [one["position"] for one in (said if isinstance(said, list) else said["items"])]


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of those who hang up: some are killed."""


class Receiver:
    """Answers 200 unless it was told to answer something else first."""

    def __init__(self, context: SSLContext | None = None) -> None:
        self.replies: deque[Reply] = deque()
        self.always: Reply | None = None
        self.refuses: set[int] = set()
        """Positions with which it answers 422."""
        self.all: list[Got] = []
        self._got: Queue[Got] = Queue()
        self._let_go = threading.Event()
        self._server = _Quiet(("127.0.0.1", 0), _answering(self))
        scheme = "http"
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
            scheme = "https"
        self.port = self._server.server_port
        self.url = f"{scheme}://127.0.0.1:{self.port}/hook"
        self._thread = threading.Thread(target=self._server.serve_forever, args=[0.01])
        self._thread.start()

    def next(self) -> Got:
        """Return the next delivery, as soon as there is one."""
        return self._got.get(timeout=LONG_S)

    def nothing_more(self) -> bool:
        return self._got.empty()

    def take(self, got: Got) -> Reply:
        """Keep a delivery, and return what it is answered: what it was told before it says so."""
        reply = self._reply_to(got)
        self.all.append(got)
        self._got.put(got)
        return reply

    def _reply_to(self, got: Got) -> Reply:
        if self.always is not None:
            return self.always
        if self.replies:
            return self.replies.popleft()
        refuses = bool(self.refuses) and not self.refuses.isdisjoint(got.positions)
        return Reply(422, body=b"not this") if refuses else Reply()

    def hang(self) -> None:
        self._let_go.wait(LONG_S)

    def drip(self, into: BufferedIOBase) -> None:
        """Send a body, a byte at a time, that has no end."""
        while not self._let_go.wait(0.01):
            into.write(b".")
            into.flush()

    def close(self) -> None:
        self._let_go.set()
        self._server.shutdown()
        self._server.server_close()
        self._thread.join()


def _answering(receiver: Receiver) -> type[BaseHTTPRequestHandler]:
    class Answering(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        wbufsize = -1  # a head goes out together with its body: nobody is held up between them

        def do_POST(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            body = self.rfile.read(int(headers["content-length"]))
            reply = receiver.take(Got(headers, body, self.client_address[0]))
            with suppress(OSError):
                self._reply(reply)

        def _reply(self, reply: Reply) -> None:
            if reply.breaks in ("hangs", "says nothing"):
                if reply.breaks == "hangs":
                    receiver.hang()
                self.close_connection = True
                return
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            more = 1_000_000 if reply.breaks else 0
            self.send_header("Content-Length", str(len(reply.body) + more))
            self.end_headers()
            self.wfile.write(reply.body)
            self.wfile.flush()
            if reply.breaks == "drips":
                receiver.drip(self.wfile)
            if reply.breaks:
                self.close_connection = True

        def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the library's name
            """Say nothing."""

    return Answering


@contextmanager
def receiving(context: SSLContext | None = None) -> Iterator[Receiver]:
    receiver = Receiver(context)
    try:
        yield receiver
    finally:
        receiver.close()
