"""What does every answer carry? Its request's id, the position it reflects, what keeps it safe."""

import re
from itertools import count
from secrets import token_hex

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from custody.api import problems, safeguards
from custody.api.serving import BEGUN, DEFAULT, Serving

POSITION = b"custody-position"
REQUEST_ID = b"x-request-id"

_usable = re.compile(rb"[A-Za-z0-9._:-]{1,64}").fullmatch


class Watermark:
    """The highest position this process has answered with: what it says now reflects no less."""

    def __init__(self) -> None:
        self.position = 0

    def rise(self, position: int) -> None:
        """Take notice of a position."""
        self.position = max(self.position, position)


class Envelope:
    """Marks each answer, and turns what nobody caught into a problem that gives nothing away."""

    def __init__(self, app: ASGIApp, watermark: Watermark, serving: Serving = DEFAULT) -> None:
        self._app = app
        self._serving = serving
        self._watermark = watermark
        # Random once, then counted: unique among processes, and no system call a request.
        self._prefix = token_hex(6)
        self._numbers = count(1)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        request_id = _claimed(scope) or f"{self._prefix}-{next(self._numbers):x}".encode()
        scope["request_id"] = request_id.decode()
        begun = False

        async def marked(message: Message) -> None:
            nonlocal begun
            if message["type"] == "http.response.start":
                begun = True
                headers: list[tuple[bytes, bytes]] = message["headers"]
                said = {header[0] for header in headers}
                headers.append((REQUEST_ID, request_id))
                if POSITION not in said:
                    headers.append((POSITION, b"%d" % self._watermark.position))
                safeguards.guard(headers, said, scope, self._serving)
            await send(message)

        refused = safeguards.bounded(scope)
        if refused is not None:
            await problems.answer(Request(scope), refused)(scope, receive, marked)
            return
        try:
            await self._app(scope, receive, marked)
        except Exception as error:
            if begun:
                raise
            request = Request(scope, receive)
            await problems.unexpected(request, error)(scope, receive, marked)
        finally:
            # Answered, failed, hung up on or cancelled: whose it was may begin another.
            if (begun_by := scope.get(BEGUN)) is not None:
                in_flight, asker = begun_by
                in_flight.end(asker)


def _claimed(scope: Scope) -> bytes | None:
    """Take the asker's own id if it is fit to stand in a log."""
    for name, value in scope["headers"]:
        if name == REQUEST_ID and _usable(value):
            return bytes(value)
    return None
