"""How does the one route that is asked all day get past what every other route goes through?"""

from collections.abc import Awaitable, Callable

from starlette.requests import Request
from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from custody.api import problems


class Shortcut:
    """Answers one path and method itself; the document has the same function under the same path.

    Matching routes, opening exit stacks and looking for what to inject costs FastAPI as much time a
    request as recording a movement costs us.
    """

    def __init__(
        self,
        app: ASGIApp,
        method: str,
        path: str,
        endpoint: Callable[[Request], Awaitable[Response]],
    ) -> None:
        self._app = app
        self._method = method
        self._path = path
        self._endpoint = endpoint

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if (
            scope["type"] != "http"
            or scope["path"] != self._path
            or scope["method"] != self._method
        ):
            await self._app(scope, receive, send)
            return
        request = Request(scope, receive)
        try:
            response = await self._endpoint(request)
        except Exception as error:  # noqa: BLE001 - what nobody foresaw is raised again
            response = await problems.answered(request, error)
        await response(scope, receive, send)
