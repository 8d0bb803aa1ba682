"""Whom does a publisher ask in these tests? Witnesses over HTTP, honest or not."""

import socket
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

from custody.log import asking, note
from custody.log.asking import SIZE_TYPE
from custody.log.cosignature import Cosigner
from custody.log.guard import Contradicts, Guard, Stale
from custody.log.note import Ed25519Verifier, Signature
from custody.log.tree import BadProof
from custody.log.witness import Witness

Says = tuple[int, str, bytes]
"""A status, a content type, and a body."""

Answers = Callable[[bytes], Says | None]
"""Answers what is asked; None breaks the connection off."""


@contextmanager
def listening(answers: Answers) -> Iterator[str]:
    """Answer whoever asks until the block ends; yield the address."""

    class Answering(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            said = answers(self.rfile.read(int(self.headers["Content-Length"])))
            if said is None:
                return
            status, kind, content = said
            self.send_response(status)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *_arguments: Any) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Answering)
    thread = Thread(target=server.serve_forever, args=[0.05])
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def honest(cosigner: Cosigner, log: Ed25519Verifier, guard: Guard, time_s: float) -> Answers:
    """Answer as `custody witness` does, by a clock that stands still."""
    witness = Witness(guard, cosigner, [log], lambda: time_s)

    def answer(body: bytes) -> Says:
        try:
            return 200, "text/plain", witness.cosign(asking.parse(body)).line().encode()
        except Stale as stale:
            return 409, SIZE_TYPE, f"{stale.size}\n".encode()
        except (Contradicts, BadProof) as error:
            return 422, "text/plain", f"{error}\n".encode()

    return answer


def signing(sign: Callable[[str], Signature]) -> Answers:
    """Answer with a signature over whatever is asked, without looking at a proof."""

    def answer(body: bytes) -> Says:
        text = note.parse(asking.parse(body).checkpoint).text
        return 200, "text/plain", sign(text).line().encode()

    return answer


def saying(content: bytes, status: int = 200) -> Answers:
    """Answer everyone alike."""
    return lambda _body: (status, "text/plain", content)


@contextmanager
def silent() -> Iterator[Answers]:
    """Say nothing to anybody until the block ends, and then break off."""
    enough = Event()

    def answer(_body: bytes) -> None:
        enough.wait()

    try:
        yield answer
    finally:
        enough.set()


def losing(answers: Answers, *, before: bool) -> Answers:
    """Break off the first time: before it is heard, or once it is done and not yet told."""
    times = iter([True])

    def answer(body: bytes) -> Says | None:
        if not next(times, False):
            return answers(body)
        if not before:
            answers(body)
        return None

    return answer


@contextmanager
def dripping(every_s: float) -> Iterator[str]:
    """Answer with headers that never end, a byte now and then; yield the address."""
    enough = Event()
    served = list[Thread]()
    listener = socket.create_server(("127.0.0.1", 0))

    def drip(connection: socket.socket) -> None:
        with connection, suppress(OSError):
            connection.sendall(b"HTTP/1.1 200 OK\r\nX: ")
            while not enough.wait(every_s):
                connection.sendall(b"x")

    def accept() -> None:
        with suppress(OSError):
            while True:
                served.append(Thread(target=drip, args=[listener.accept()[0]]))
                served[-1].start()

    accepting = Thread(target=accept)
    accepting.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        enough.set()
        listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for thread in (accepting, *served):
            thread.join()
