"""Whose key is this?"""

from starlette.requests import Request
from starlette.responses import Response

from custody.api import answers
from custody.api.auth import Anyone
from custody.api.desk import at_hand
from custody.api.routes import answer, router
from custody.terms import rfc3339

routes = router("me")


@routes.get("/v1/me", response_model=answers.Me)
async def who_am_i(request: Request, key: Anyone) -> Response:
    """Say which key this is and what it is bound to."""
    told = {
        "key": key.id,
        "role": key.role,
        "site": key.site,
        "terminal": key.terminal,
        "name": key.name,
        "created_at": rfc3339(key.created_at),
    }
    return answer(request, told, at_hand(request).watermark.position)
