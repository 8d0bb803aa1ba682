"""What shows an outsider that a battery's history is whole and unchanged?"""

from typing import Annotated, Any

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from custody import history
from custody.api.auth import Anyone
from custody.api.batteries import may_see
from custody.api.desk import at_hand
from custody.api.parameters import AtLeast
from custody.api.routes import answer, problems, router
from custody.events.vocabulary import BatteryRef
from custody.keys import Key
from custody.ledger import Record
from custody.log import evidence
from custody.terms import Refused

routes = router("evidence")

BODIES: tuple[str, ...] = ("admin", "auditor", "integrator")
"""Roles that may read every body in the feed, and so in evidence as well."""

Bodies = Annotated[
    bool,
    Query(description="Leave all bodies out: `false`. 不含任何正文：`false`。"),
]


async def published(request: Request, at_least: AtLeast = 0) -> None:
    """Wait until a checkpoint covers what the asker has seen."""
    await at_hand(request).published.reaches(at_least)


@routes.get(
    "/v1/batteries/{ref:path}/evidence",
    response_model=dict[str, Any],
    responses=problems(404, 500),
    dependencies=[Depends(published)],
)
def show_evidence(
    request: Request, key: Anyone, ref: BatteryRef, bodies: Bodies = True
) -> Response:
    """Hand out the evidence of a battery's whole history, up to the latest checkpoint.

    It is verified without us: the program `custody_verify.py` and a policy are all that is needed.
    Bodies are in it where the asker may read all that stands in them.
    """
    desk = at_hand(request)
    found = history.read(desk.ledger, ref)
    if not found.told:
        raise Refused("not_found")
    may_see(desk, key, ref, found.whereabouts())

    def discloses(record: Record) -> bool:
        return bodies and _may_read(key, record)

    try:
        told = evidence.bundle(desk.ledger, ref, found.codes, discloses, desk.clock())
    except evidence.Unpublished:
        raise Refused("not_published_yet") from None
    except evidence.Inconsistent as error:
        raise Refused("evidence_inconsistent", position=error.position) from error
    return answer(request, told, told["manifest"]["size"])


def _may_read(key: Key, record: Record) -> bool:
    """Tell whether a key may read a record's whole body: a terminal, what its own site posted."""
    return key.role in BODIES or f"site:{key.site}" in record.subjects[1:2]
