"""How are projecting and the log kept out of the way of those who answer? In their own processes.

Threads of one interpreter wait for one another: beside a projector in the same process, one POST in
a hundred took 80 ms and more. On SQLite, where processes would poll for the one write lock, the
projector stays a thread.
"""

import logging
import os
import signal
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from multiprocessing import Pipe, get_context, parent_process
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from threading import Event, Thread
from typing import Protocol

from custody import collector
from custody.clock import now
from custody.ledger import Ledger, Unavailable, open_ledger
from custody.log import opening
from custody.projector import Projector

STOP_S = 10
OPEN_AGAIN_S = 0.5
LOG_NICE = 5
"""By how much the log gives way where all cores are busy: recording comes first. A checkpoint then
comes half a second after an answer in place of a third, and recording keeps a tenth more."""
AGAIN_S = 1.0
"""How long it rests before it starts one again: whatever ended it may end the next one as well."""

# They are forks of a process that has imported what they need, and has no threads. Before 3.11.1,
# others on the machine could talk to that one.
_context = get_context("forkserver") if sys.version_info >= (3, 11, 1) else get_context("spawn")
_context.set_forkserver_preload(["custody.cli.forked"])

log = logging.getLogger(__name__)


def projecting(database_url: str) -> AbstractContextManager[None]:
    """Project in another process until the block ends, in a new one whenever it dies."""
    return _beside("projector", project, database_url)


def sealing(database_url: str) -> AbstractContextManager[None]:
    """Keep the log in another process until the block ends, in a new one whenever it dies."""
    return _beside("log", seal, database_url)


def sending_out(database_url: str) -> AbstractContextManager[None]:
    """Deliver and export in another process until the block ends, in a new one when it dies."""
    return _beside("sending out", send_out, database_url)


@contextmanager
def _beside(name: str, act: Callable[[str], None], database_url: str) -> Iterator[None]:
    def start() -> BaseProcess:
        given = (act, database_url, dict(os.environ))
        process = _context.Process(target=_act, args=given, name=name, daemon=True)
        process.start()
        return process

    ended, end = Pipe(duplex=False)
    keeping = Thread(target=_keep, args=[start, start(), ended], name=f"beside {name}", daemon=True)
    keeping.start()
    try:
        yield
    finally:
        end.close()
        keeping.join()
        ended.close()


def _keep(start: Callable[[], BaseProcess], process: BaseProcess, ended: Connection) -> None:
    """Start a process again whenever it dies, until the other end of a pipe is closed.

    Meanwhile one of those who serve does its work.
    """
    while wait([process.sentinel, ended]) and not ended.poll():
        process.join()
        log.error(
            "%s：进程 %s 已终止（%s），现重新启动。The process has ended; it is started again.",
            process.name,
            process.pid,
            process.exitcode,
        )
        if ended.poll(AGAIN_S):
            return
        process = start()
    process.terminate()
    process.join(STOP_S)
    process.kill()


def _act(act: Callable[[str], None], database_url: str, settings: dict[str, str]) -> None:
    """Act by the settings of whoever starts this: those of the process forked from may be older."""
    os.environ.clear()
    os.environ.update(settings)
    act(database_url)


def project(database_url: str) -> None:
    """Follow the ledger until told to stop, or until the process that started this one is gone."""
    _follow("projector", database_url, lambda ledger: [Projector(ledger)])


def seal(database_url: str) -> None:
    """Keep the log until told to stop, or until the process that started this one is gone."""
    os.nice(LOG_NICE)
    said = opening.read(os.environ)
    _follow("log", database_url, lambda ledger: [opening.keeper_of(ledger, said, now)])


def send_out(database_url: str) -> None:
    """Deliver and export until told to stop, or until the process that started this is gone."""
    # The other processes do without what this takes.
    from custody.cli import sending

    _follow("sending out", database_url, sending.followers)


class Follower(Protocol):
    """What goes on by itself from when it is started until it is stopped."""

    def start(self) -> None: ...
    def stop(self) -> None: ...


def _follow(
    name: str, database_url: str, followers: Callable[[Ledger], Iterable[Follower]]
) -> None:
    stopped = Event()
    # Whoever looks at the database's sessions sees which are whose.
    os.environ.setdefault("PGAPPNAME", f"custody {name}")
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to all; our parent decides
    signal.signal(signal.SIGTERM, lambda *_: stopped.set())
    Thread(target=_wait_to_be_left_alone, args=[stopped], daemon=True).start()
    follow(database_url, followers, stopped)


def follow(
    database_url: str, followers: Callable[[Ledger], Iterable[Follower]], stopped: Event
) -> None:
    """Begin as soon as the database is there, and go on until told to stop.

    A database may crash while a process starts. If that gave up, those who serve would do its work
    beside their own until somebody starts it again.
    """
    while not stopped.is_set():
        try:
            follow_once(database_url, followers, stopped)
        except Unavailable:
            stopped.wait(OPEN_AGAIN_S)


def follow_once(
    database_url: str, followers: Callable[[Ledger], Iterable[Follower]], stopped: Event
) -> None:
    """Open the books, start each that follows them, and stop all as soon as told to.

    Raises Unavailable, with nothing left open, if the database goes away before all have started:
    from then on each bears that by itself.
    """
    with ExitStack() as open_now:
        ledger = open_ledger(database_url)
        open_now.callback(ledger.close)
        collector.calm()
        for one in followers(ledger):
            open_now.callback(one.stop)
            one.start()
        stopped.wait()


def _wait_to_be_left_alone(stopped: Event) -> None:
    """Stop when whoever started this is gone, or the process that it was forked from.

    Of a fork the latter tells whoever started it that it has ended: once that is gone, another is
    started in its place. The two would not lead at once, but one would wait for nothing.
    """
    parent = parent_process()
    assert parent is not None, "started by whoever serves"
    wait([parent.sentinel, *_forked_from()])
    stopped.set()


def _forked_from() -> list[int]:
    """Return what can be waited on until the parent of this process ends, where there is such."""
    if sys.platform != "linux":
        return []
    try:
        return [os.pidfd_open(os.getppid())]
    except OSError:
        return []
