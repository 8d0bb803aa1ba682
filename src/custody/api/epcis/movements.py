"""How is a movement posted that a partner told us as an event? As anybody's, by the same rules."""

import asyncio
from collections.abc import Sequence

from custody.access import can
from custody.api import behalf
from custody.api.desk import Desk
from custody.custodian import Contended, Outcome, Recorded
from custody.custodian import Posted as Movement
from custody.custodian import Request as Posting
from custody.decisions import Poster
from custody.events import read_movement
from custody.exchange.captured import Captor
from custody.exchange.incoming import Post, Posted
from custody.intake import Busy
from custody.ledger import Unavailable
from custody.terms import Refused


def posting(desk: Desk, loop: asyncio.AbstractEventLoop) -> Post:
    """Return what posts for a captor, from a thread beside the loop that serves."""

    def post(captor: Captor, bodies: Sequence[bytes]) -> Sequence[Posted]:
        posted = asyncio.run_coroutine_threadsafe(_post(desk, captor, bodies), loop)
        try:
            return posted.result()
        except (Busy, Contended, Refused) as error:
            raise Unavailable from error  # it is tried again

    return post


async def _post(desk: Desk, captor: Captor, bodies: Sequence[bytes]) -> Sequence[Posted]:
    asker = captor.asker
    poster = Poster(asker.id, asker.site, asker.terminal)
    now = desk.clock()
    posted = [Movement(read_movement(body), body, poster, now) for body in bodies]
    ids = [one.fact.id for one in posted if not isinstance(one.fact, Refused)]
    if not can(asker, "post_movements"):
        return [Posted(one, None, "forbidden") for one in ids]
    if asker.site is None:
        # Whose a site is counts as it was registered when the event came in, not a moment before.
        await desk.projected.reaches(desk.ledger.head().position)
        posted = await behalf.spoken_for(desk, asker, posted)
    outcomes = await desk.intake.take(Posting(posted))
    return [_became(id_, outcome) for id_, outcome in zip(ids, outcomes, strict=True)]


def _became(id_: str, outcome: Outcome) -> Posted:
    if isinstance(outcome, Recorded):
        return Posted(id_, outcome.receipt.position)
    return Posted(id_, None, outcome.code)
