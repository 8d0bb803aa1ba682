"""How is HEAD answered? As GET would be, up to where the body begins."""

from anyio import CancelScope
from starlette.types import ASGIApp, Message, Receive, Scope, Send

_ASKED = "custody.asked"


class Heads:
    """Asks the application to GET what somebody wants the head of, and stops it once that is said.

    So no route has to know of HEAD (RFC 9110, 9.3.2: the same headers, and no body), neither one
    that streams without end nor one whose body is a large file. A `Range` is for GET alone, and
    for HEAD has to be overlooked (14.2): the head says how long the whole is.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] != "HEAD":
            await self._app(scope, receive, send)
            return
        headers = [line for line in scope["headers"] if line[0] != b"range"]
        got = {**scope, "method": "GET", "headers": headers, _ASKED: scope}
        with CancelScope() as answering:

            async def head(message: Message) -> None:
                if message["type"] == "http.response.start":
                    await send(message)
                    await send({"type": "http.response.body", "body": b""})
                    answering.cancel()

            await self._app(got, receive, head)


def as_asked(scope: Scope) -> Scope:
    """Return a request as it came, if somebody wants its head: what was signed is that."""
    asked: Scope = scope.get(_ASKED, scope)
    return asked


def with_head(methods: set[str]) -> list[str]:
    """List methods as `Allow` names them: what can be asked for has a head."""
    return sorted(methods | {"HEAD"} if "GET" in methods else methods)
