"""What stands between a terminal and the service and loses answers to what has been done?"""

from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from random import Random
from threading import Lock, Thread

from tests.asking import ask

PASSED_ON = ("Authorization", "Content-Type", "Accept-Language", "Custody-Sent-At", "Prefer")


class Line(ThreadingHTTPServer):
    """A line of which one answer in so many is lost, after the service has done what was asked."""

    def __init__(self, url: str, lost_of_ten: int, seed: int) -> None:
        super().__init__(("127.0.0.1", 0), _Passing)
        self.url = f"http://127.0.0.1:{self.server_port}"
        self.behind = url
        self.lost = 0
        self._of_ten = lost_of_ten
        self._rng = Random(seed)
        self._lock = Lock()

    def loses(self) -> bool:
        with self._lock:
            lost = self._rng.randrange(10) < self._of_ten
            self.lost += lost
            return lost


class _Passing(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        line = self.server
        assert isinstance(line, Line)
        told = {name: self.headers[name] for name in PASSED_ON if name in self.headers}
        answer = ask(self.command, line.behind + self.path, content=body, headers=told)
        self.close_connection = True
        if line.loses():
            return
        self.send_response(answer.status_code)
        self.send_header("Content-Type", answer.headers["Content-Type"])
        self.send_header("Content-Length", str(len(answer.content)))
        self.end_headers()
        self.wfile.write(answer.content)

    def do_GET(self) -> None:
        self.do_POST()

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def lossy(url: str, lost_of_ten: int, seed: int = 2026) -> Iterator[Line]:
    """Stand before a service until the block ends."""
    with Line(url, lost_of_ten, seed) as line:
        thread = Thread(target=line.serve_forever, kwargs={"poll_interval": 0.01}, daemon=True)
        thread.start()
        try:
            yield line
        finally:
            line.shutdown()
            thread.join()
