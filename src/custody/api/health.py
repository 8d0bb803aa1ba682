"""Is the process alive, does it reach its database, and how far is it?"""

from typing import Annotated

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response

from custody.access import Subject
from custody.api import answers
from custody.api.auth import asks
from custody.api.desk import at_hand
from custody.api.routes import answer, problems, router
from custody.projections.freshness import reached

open_to_all = APIRouter(tags=["operations"])
routes = router("operations")

METRICS = """\
# HELP custody_position The last position of the ledger.
# TYPE custody_position counter
custody_position {position}
# HELP custody_projected_position The position that the projections reflect.
# TYPE custody_projected_position counter
custody_projected_position {projected}
# HELP custody_movements_waiting Movements of this process that wait to be written.
# TYPE custody_movements_waiting gauge
custody_movements_waiting {waiting}
"""


@open_to_all.get("/healthz", response_model=answers.Health)
async def healthz(request: Request) -> Response:
    """Say that the process answers; the database is not asked."""
    return answer(request, {"status": "ok"}, at_hand(request).watermark.position)


@open_to_all.get("/readyz", response_model=answers.Readiness, responses=problems(503))
def readyz(request: Request) -> Response:
    """Say that the database answers too."""
    desk = at_hand(request)
    position, projected = desk.ledger.head().position, reached(desk.engine)
    told = {"status": "ready", "position": position, "projected": projected}
    return answer(request, told, position)


@routes.get("/metrics", response_class=PlainTextResponse)
def metrics(request: Request, asker: Annotated[Subject, asks("read_metrics")]) -> Response:
    """Tell figures as Prometheus reads them."""
    desk = at_hand(request)
    text = METRICS.format(
        position=desk.ledger.head().position,
        projected=reached(desk.engine),
        waiting=desk.intake.waiting,
    )
    return PlainTextResponse(text, media_type="text/plain; version=0.0.4")
