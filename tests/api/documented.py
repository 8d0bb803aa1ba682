"""Is every problem that a service answers with in any of these tests one that it documents?"""

import json
from functools import cache

from fastapi.routing import APIRoute
from starlette.routing import Match
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from custody.api.document.problems import documented
from custody.api.problems import MEDIA_TYPE
from tests.api import described


class Documented:
    """Passes everything on, and remembers each problem that its operation does not list."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.unlisted: list[str] = []

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        is_problem = False

        async def looked_at(message: Message) -> None:
            nonlocal is_problem
            if message["type"] == "http.response.start":
                is_problem = (b"content-type", MEDIA_TYPE.encode()) in message["headers"]
            elif is_problem and message["body"]:  # there is none where a head is asked for
                self._look(scope, json.loads(message["body"])["code"])
            await send(message)

        await self._app(scope, receive, looked_at)

    def _look(self, scope: Scope, code: str) -> None:
        told = listed(scope)
        if told is not None and code not in told:
            self.unlisted.append(f"{scope['method']} {scope['path']}: {code}")


def listed(scope: Scope) -> frozenset[str] | None:
    """Return the codes listed of the operation that is asked for; None if there is no such one."""
    for route in described.app().routes:
        if isinstance(route, APIRoute) and route.matches(scope)[0] == Match.FULL:
            # What the document leaves out is another's path with a slash behind it.
            path = route.path_format if route.include_in_schema else route.path_format.rstrip("/")
            return _codes()[scope["method"], path]
    return None


@cache
def _codes() -> dict[tuple[str, str], frozenset[str]]:
    return {
        (method.upper(), path): documented(operation)
        for path, methods in described.document()["paths"].items()
        for method, operation in methods.items()
    }
