"""How are projecting and the log kept out of the way of those who answer? In their own processes.

Threads of one interpreter wait for one another: beside a projector in the same process, one POST in
a hundred took 80 ms and more. On SQLite, where processes would poll for the one write lock, the
projector stays a thread.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from multiprocessing import get_context, parent_process
from threading import Event, Thread
from typing import Protocol

from custody import collector
from custody.clock import now
from custody.ledger import Ledger, Unavailable, open_ledger
from custody.log import opening
from custody.projector import Projector

STOP_S = 10
OPEN_AGAIN_S = 0.5


def projecting(database_url: str) -> AbstractContextManager[None]:
    """Project in another process until the block ends; if it dies, one that serves takes over."""
    return _beside("projector", project, database_url)


def sealing(database_url: str) -> AbstractContextManager[None]:
    """Keep the log in another process until the block ends; if it dies, one that serves does."""
    return _beside("log", seal, database_url)


@contextmanager
def _beside(name: str, act: Callable[[str], None], database_url: str) -> Iterator[None]:
    process = get_context("spawn").Process(target=act, args=(database_url,), name=name, daemon=True)
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join(STOP_S)
        process.kill()


def project(database_url: str) -> None:
    """Follow the ledger until told to stop, or until the process that started this one is gone."""
    _follow(database_url, Projector)


def seal(database_url: str) -> None:
    """Keep the log until told to stop, or until the process that started this one is gone."""
    settings = opening.read(os.environ)
    _follow(database_url, lambda ledger: opening.keeper_of(ledger, settings, now))


class _Follower(Protocol):
    def start(self) -> None: ...
    def stop(self) -> None: ...


def _follow(database_url: str, follower: Callable[[Ledger], _Follower]) -> None:
    stopped = Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; our parent decides
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    Thread(target=_wait_to_be_left_alone, args=[stopped], daemon=True).start()
    ledger = opened(database_url, stopped)
    if ledger is None:
        return
    collector.calm()
    following = follower(ledger)
    following.start()
    stopped.wait()
    following.stop()
    ledger.close()


def opened(database_url: str, stopped: Event) -> Ledger | None:
    """Open the books as soon as they are there; None if told to stop before they are.

    A database may crash while this process starts. If it gave up, those who serve would do its work
    beside their own until somebody starts them again.
    """
    while not stopped.is_set():
        try:
            return open_ledger(database_url)
        except Unavailable:
            stopped.wait(OPEN_AGAIN_S)
    return None


def _wait_to_be_left_alone(stopped: Event) -> None:
    parent = parent_process()
    assert parent is not None, "started by whoever serves"
    parent.join()
    stopped.set()
