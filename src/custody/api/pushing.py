"""Who pushes to receivers, and with what: which deliverer, master key and networks?"""

from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request

from custody.api.desk import STANDS_BY_S, Desk
from custody.api.serving import Serving
from custody.pushing import Networks, lay_out
from custody.pushing.delivering import Deliverer
from custody.terms import Refused
from custody.vault import UnusableMasterKey


@dataclass(frozen=True, slots=True)
class Sender:
    """What a route needs that has to do with receivers."""

    master: bytes | None
    networks: Networks

    def key(self) -> bytes:
        """Return the master key. Raises Refused if the operator has given none."""
        if self.master is None:
            raise Refused("vault_closed")
        return self.master


@asynccontextmanager
async def sending(
    desk: Desk,
    master_key: Callable[[], bytes | None],
    serving: Serving,
    *,
    stands_by: bool,
) -> AsyncIterator[Sender]:
    """Deliver, if this process is to, until the block ends.

    `stands_by`: another process delivers; take over only while it is gone.
    """
    await run_in_threadpool(lay_out, desk.engine)
    try:
        master = master_key()
    except UnusableMasterKey:  # whoever opened the vault has said so
        master = None
    networks = serving.push_networks
    sender = Sender(master, networks or ())
    if networks is None:
        yield sender
        return
    deliverer = Deliverer(desk.ledger, master, networks, desk.clock)
    await run_in_threadpool(deliverer.start, STANDS_BY_S if stands_by else 0)
    try:
        yield sender
    finally:
        await run_in_threadpool(deliverer.stop)


def sender_of(request: Request) -> Sender:
    """Return what the application of a request pushes with."""
    sender: Sender = request.app.state.sender
    return sender
