"""Who looks at the parts of a long ledger? As many processes as there are cores.

A leaf is made by Python alone, so that threads would take turns. A process of its own imports for a
second and more before it compares; one that is forked is there at once, and is what `custody
verify` has.
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from functools import partial
from multiprocessing import get_context
from threading import Thread, active_count
from typing import Final, Literal, Protocol, TypeVar

from custody import collector
from custody.ledger import Ledger, open_engine

T = TypeVar("T")
R = TypeVar("R")

PROCESSES_MAX: Final = 16
"""Each has a connection of its own to the database."""

ALONE_MAX: Final = {"fork": 1 << 13, "spawn": 1 << 16}
"""Up to how many records this process compares by itself, by how others would be started."""

LOOK_S: Final = 1.0
"""How often a process that compares looks whether it was left alone."""


class Shares(Protocol):
    """Has something done to each of some parts; what comes of each comes in their order.

    `act` is a function of a module, and what is shared later is done later.
    """

    def __call__(self, act: Callable[[Ledger, T], R], parts: Sequence[T], /) -> Iterable[R]: ...


_own: list[Ledger] = []
"""The ledger of a process that was started to compare."""


def processes(records: int, alone: int | None = None) -> int:
    """Say how many processes should look at so many records; this one, where up to `alone`."""
    is_short = records <= (ALONE_MAX[way()] if alone is None else alone)
    return 1 if is_short else min(PROCESSES_MAX, os.cpu_count() or 1)


@contextmanager
def sharing(ledger: Ledger, processes: int) -> Iterator[Shares]:
    """Let so many processes look at it until the block ends, which ends all but this one.

    Whoever begins this has no connection of the ledger open: a fork would have it as well.
    """
    if processes == 1:
        yield lambda act, parts: (act(ledger, one) for one in parts)
        return
    url = ledger.engine.url.render_as_string(hide_password=False)
    ledger.engine.dispose()
    pool = ProcessPoolExecutor(processes, get_context(way()), _begin, (url, os.getpid()))
    try:
        pool.submit(os.getpid)  # it forks all of them at the first that it is given
        yield lambda act, parts: pool.map(partial(_do, act), parts)
    finally:
        pool.shutdown(cancel_futures=True)


def way() -> Literal["fork", "spawn"]:
    """Say how processes may be started: a fork of one that has threads may find their locks held.

    Elsewhere than on Linux what an interpreter is linked with may have threads that it knows not.
    """
    return "fork" if sys.platform == "linux" and active_count() == 1 else "spawn"


def _begin(url: str, parent: int) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; our parent decides
    Thread(target=_end_when_left_alone, args=[parent], daemon=True).start()
    collector.calm()
    _own.append(Ledger(open_engine(url)))


def _end_when_left_alone(parent: int) -> None:
    # What tells that a parent has ended is open in its other forks as well, and so tells nothing.
    while os.getppid() == parent:
        time.sleep(LOOK_S)
    os._exit(1)  # nobody waits for an answer


def _do(act: Callable[[Ledger, T], R], part: T) -> R:
    return act(_own[0], part)
