"""What do our own names in EPCIS events stand for? A JSON-LD context that anyone may read."""

from typing import Any

import orjson
from fastapi import APIRouter, Depends
from starlette.requests import Request
from starlette.responses import Response

from custody.api import strangers
from custody.api.epcis import spoken
from custody.api.routes import problems
from custody.epcis import outward

open_to_all = APIRouter(
    prefix="/epcis",
    tags=["epcis"],
    dependencies=[Depends(strangers.counted)],
    responses=problems("rate_limited", "too_many_in_flight", "epcis_query_invalid"),
)

LINKED = "application/ld+json"
DAY = {"Cache-Control": "public, max-age=86400"}
SHOWN: dict[int | str, dict[str, Any]] = {
    200: {"content": {LINKED: {"schema": {"type": "object"}}}}
}


@open_to_all.get("/context.jsonld", response_class=Response, responses=SHOWN)
def read_context(request: Request) -> Response:
    """Say what the names stand for that our events have beside those of the standard."""
    spoken.only(request)
    content = orjson.dumps(outward.context_document())
    return Response(content, headers={**spoken.VERSIONS, **DAY}, media_type=LINKED)
