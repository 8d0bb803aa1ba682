"""How does a task ask the database, whatever becomes of the task meanwhile?"""

from collections.abc import Callable
from functools import partial
from typing import ParamSpec, TypeVar

from starlette.concurrency import run_in_threadpool

from custody.ledger import Ledger

P = ParamSpec("P")
T = TypeVar("T")


async def looked(ledger: Ledger, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
    """Have a thread ask. Raises Unavailable once the ledger is closed.

    A task that is cancelled leaves its thread behind, which has the database open: whoever closes
    the ledger waits for it.
    """
    return await run_in_threadpool(ledger.looked_into, partial(call, *args, **kwargs))
