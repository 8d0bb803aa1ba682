"""For which site does somebody post who is bound to an organisation, and to none of its sites?"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from starlette.concurrency import run_in_threadpool

from custody.access import Place, Resource, Subject, can, may_post
from custody.api.desk import Desk
from custody.api.reach import carriers, places
from custody.custodian import Posted
from custody.events import Movement
from custody.projections.freshness import snapshot
from custody.terms import Refused


async def spoken_for(desk: Desk, asker: Subject, posted: Sequence[Posted]) -> list[Posted]:
    """Let each movement be posted for the site that it names, if that is the asker's to speak for.

    In place of one that is not stands why.
    """
    sites = {one.fact.site for one in posted if isinstance(one.fact, Movement)}
    found = await run_in_threadpool(_places, desk, asker, sites)
    return [_spoken_for(one, asker, found) for one in posted]


def _places(desk: Desk, asker: Subject, sites: set[str]) -> dict[str, Place]:
    with snapshot(desk.engine) as (connection, _):
        return {place.site: place for place in places(connection, asker, sites)}


def _spoken_for(one: Posted, asker: Subject, found: Mapping[str, Place]) -> Posted:
    if isinstance(one.fact, Refused):
        return one
    decision = may_post(asker, one.fact.type, carriers(one.fact))
    if decision:
        decision = can(asker, "post_movements", Resource((found[one.fact.site],)))
    if not decision:
        return one._replace(fact=Refused(decision.because))
    return one._replace(poster=replace(one.poster, site=one.fact.site))
