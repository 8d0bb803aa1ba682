"""Who is it that asks, and how do we know?"""

from typing import Annotated

from starlette.requests import Request
from starlette.responses import Response

from custody.access import Subject
from custody.api import answers
from custody.api.auth import asks
from custody.api.desk import at_hand
from custody.api.routes import answer, router, when

routes = router("me")


@routes.get("/v1/me", response_model=answers.Me)
async def who_am_i(request: Request, asker: Annotated[Subject, asks("read_me")]) -> Response:
    """Say who asks, in which role, and what of the network is theirs."""
    told = {
        "key": asker.id,
        "role": asker.role,
        "site": asker.site,
        "terminal": asker.terminal,
        "organisation": asker.organisation,
        "division": asker.division,
        "name": asker.name,
        "created_at": when(asker.since),
        "authenticated_by": asker.how,
    }
    return answer(request, told, at_hand(request).watermark.position)
