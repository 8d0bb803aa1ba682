"""What shows an outsider that a battery's history is whole and unchanged?"""

from collections.abc import Sequence
from typing import Annotated, Any, Final

from fastapi import Depends, Query
from starlette.requests import Request
from starlette.responses import Response

from custody import history
from custody.access import Resource, Subject, can
from custody.api import access_log
from custody.api.auth import asks
from custody.api.batteries import may_see
from custody.api.desk import at_hand
from custody.api.parameters import AtLeast
from custody.api.reach import places
from custody.api.routes import answer, problems, router
from custody.events.vocabulary import BatteryRef
from custody.ledger import Record
from custody.log import evidence
from custody.projections.freshness import snapshot
from custody.terms import Position, Refused

routes = router("evidence")

SITE: Final = "site:"

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
    responses=problems(404, "not_published_yet", "evidence_inconsistent"),
    dependencies=[Depends(published)],
)
def show_evidence(
    request: Request,
    asker: Annotated[Subject, asks("read_evidence")],
    ref: BatteryRef,
    bodies: Bodies = True,
) -> Response:
    """Hand out the evidence of a battery's whole history, up to the latest checkpoint.

    It is verified without us: the program `custody_verify.py` and a policy are all that is needed.
    A body is in it where the asker might have read all that stands in it; who asked is recorded.
    """
    desk = at_hand(request)
    found = history.read(desk.ledger, ref)
    if not found.told and not found.redacted:
        raise Refused("not_found")
    with snapshot(desk.engine) as (connection, _):
        may_see(connection, asker, "read_evidence", ref, found.whereabouts())

        def discloses(records: Sequence[Record]) -> list[Position]:
            """Tell which the asker may read: by the sites that what was posted is about."""
            if not bodies:
                return []
            named = {one.position: _sites(one) for one in records}
            every = {site for sites in named.values() for site in sites}
            known = {place.site: place for place in places(connection, asker, every)}
            return [
                position
                for position, sites in named.items()
                if can(asker, "read_evidence", Resource(tuple(known[site] for site in sites)))
            ]

        try:
            told = evidence.bundle(desk.ledger, ref, found.codes, discloses, desk.clock())
        except evidence.Unpublished:
            raise Refused("not_published_yet") from None
        except evidence.Inconsistent as error:
            raise Refused("evidence_inconsistent", position=error.position) from error
    access_log.keep(request, asker, "read_evidence", f"battery:{ref}")
    return answer(request, told, told["manifest"]["size"])


def _sites(record: Record) -> list[str]:
    return [name.removeprefix(SITE) for name in record.subjects if name.startswith(SITE)]
