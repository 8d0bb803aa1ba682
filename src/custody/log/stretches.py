"""Who compares the stretches of a long ledger? As many processes as there are cores.

A leaf is made by Python alone, so that threads would take turns; of a short ledger, starting a
process takes longer than comparing it.
"""

import os
import signal
from collections.abc import Generator, Sequence
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context, parent_process
from threading import Thread
from typing import Final

from custody import collector
from custody.ledger import Ledger, open_engine
from custody.log.comparing import Compared, Stretch, compare

PROCESSES_MAX: Final = 16
"""Each has a connection of its own to the database."""

_own: list[Ledger] = []
"""The ledger of a process that was started to compare."""


def processes(records: int, alone: int) -> int:
    """Say how many processes should compare so many records; this one, where up to `alone`."""
    return 1 if records <= alone else min(PROCESSES_MAX, os.cpu_count() or 1)


def compared(ledger: Ledger, stretches: Sequence[Stretch], processes: int) -> Generator[Compared]:
    """Compare stretches, and yield what was found in each, in their order.

    Whoever closes this, or is interrupted, ends the other processes.
    """
    if processes == 1:
        for stretch in stretches:
            yield compare(ledger, stretch)
        return
    url = ledger.engine.url.render_as_string(hide_password=False)
    pool = ProcessPoolExecutor(processes, get_context("spawn"), _begin, (url,))
    try:
        yield from pool.map(_compare, stretches)
    finally:
        pool.shutdown(cancel_futures=True)


def _begin(url: str) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; our parent decides
    Thread(target=_end_when_left_alone, daemon=True).start()
    collector.calm()
    _own.append(Ledger(open_engine(url)))


def _end_when_left_alone() -> None:
    parent = parent_process()
    assert parent is not None, "started by whoever verifies"
    parent.join()
    os._exit(1)  # nobody waits for an answer


def _compare(stretch: Stretch) -> Compared:
    return compare(_own[0], stretch)
