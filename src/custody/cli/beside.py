"""How is projecting kept out of the way of those who answer requests? In a process of its own.

Threads of one interpreter wait for one another: beside a projector in the same process, one POST in
a hundred took 80 ms and more. On SQLite, where processes would poll for the one write lock, the
projector stays a thread.
"""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import get_context, parent_process
from threading import Event, Thread

from custody import collector
from custody.ledger import open_ledger
from custody.projector import Projector

STOP_S = 10


@contextmanager
def projecting(database_url: str) -> Iterator[None]:
    """Project in another process until the block ends; if it dies, one that serves takes over."""
    process = get_context("spawn").Process(
        target=project, args=(database_url,), name="projector", daemon=True
    )
    process.start()
    try:
        yield
    finally:
        process.terminate()
        process.join(STOP_S)
        process.kill()


def project(database_url: str) -> None:
    """Follow the ledger until told to stop, or until the process that started this one is gone."""
    stopped = Event()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; our parent decides
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    Thread(target=_wait_to_be_left_alone, args=[stopped], daemon=True).start()
    ledger = open_ledger(database_url)
    collector.calm()
    projector = Projector(ledger)
    projector.start()
    stopped.wait()
    projector.stop()
    ledger.close()


def _wait_to_be_left_alone(stopped: Event) -> None:
    parent = parent_process()
    assert parent is not None, "started by whoever serves"
    parent.join()
    stopped.set()
