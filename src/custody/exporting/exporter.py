"""Who makes the exports that were asked for? One for each database, one export after another.

On PostgreSQL a lock in the database says who; on SQLite, where everyone would lead, a lock on the
directory that the files are in. Both end with their process, and whoever leads next makes anew what
a dead one was making.
"""

import fcntl
import logging
import os
import re
import time
from collections.abc import Callable
from contextlib import suppress
from hashlib import sha256
from pathlib import Path
from tempfile import gettempdir
from threading import Event, Thread
from typing import Final

from sqlalchemy import Engine

from custody.exporting import jobs, queue
from custody.exporting.carrying_out import NotProjectedYet, make
from custody.exporting.errors import NeedsExtra
from custody.exporting.filling import Unwritable
from custody.exporting.jobs import Job
from custody.ledger import Ledger, Unavailable
from custody.ledger.leadership import Leadership
from custody.terms import Millis

IDLE_S: Final = 1.0
NOTE_EVERY_S: Final = 0.5
"""How often it notes how far a job has come, and looks whether it is still wanted."""

_LOCK: Final = 0x6578706F
_PRIVATE: Final = 0o700
_ours: Final = re.compile(r"([0-9a-f]{32})\.(?:parquet|csv|ndjson|xlsx)(?:\.part)?").fullmatch

log = logging.getLogger(__name__)


class _Withdrawn(Exception):
    """The job is wanted no longer, or this process is to stop."""


def directory(engine: Engine, configured: str | None) -> Path:
    """Return where files lie: where the operator says, beside a file, or in a place of its own."""
    if configured:
        return Path(configured)
    if engine.dialect.name == "sqlite":
        return Path(f"{engine.url.database}.exports")
    named = sha256(engine.url.render_as_string().encode()).hexdigest()[:12]
    return Path(gettempdir()) / f"custody-exports-{named}"


class Exporter:
    """Makes exports in a thread of its own."""

    def __init__(self, ledger: Ledger, folder: Path, clock: Callable[[], Millis]) -> None:
        self.folder = folder
        self._ledger = ledger
        self._clock = clock
        self._leadership = Leadership(ledger.engine, _LOCK)
        self._directory: int | None = None
        self._stopped = Event()
        self._hurried = Event()
        self._thread: Thread | None = None
        self._waited: Millis = 0

    def start(self, after_s: float = 0) -> None:
        """Make exports until stopped; `after_s`: leave to others what has not waited so long."""
        self._waited = round(after_s * 1000)
        self._leadership.stands_by = after_s > 0
        self._thread = Thread(target=self._follow, args=[after_s], name="exporter", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop where it is; what is being made is made anew by whoever leads next."""
        self._stopped.set()
        self._hurried.set()
        if self._thread is not None:
            self._thread.join()

    def hurry(self) -> None:
        """Rest no longer: something has been asked for."""
        self._hurried.set()

    def lead(self) -> bool:
        """Lead if nobody else does; return whether this process leads now."""
        if not self._leadership.take():
            self._leave()
            return False
        if self._directory is not None:
            return True
        self.folder.mkdir(mode=_PRIVATE, parents=True, exist_ok=True)
        descriptor = os.open(self.folder, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            os.close(descriptor)
            return False
        self._directory = descriptor
        return True

    def step(self) -> bool:
        """Remove what is over, and make the next export; return whether there was one."""
        engine = self._ledger.engine
        queue.remove_what_is_over(engine, self._clock())
        self._sweep()
        id_ = queue.take(engine)
        found = None if id_ is None else jobs.find(engine, id_)
        if found is None:
            return False
        with suppress(_Withdrawn):
            self._make(found)
        return True

    def _make(self, job: Job) -> None:
        made, problem = None, None
        try:
            made = make(self._ledger, self.folder, job, self._noting(job))
        except NotProjectedYet:
            queue.put_back(self._ledger.engine, job.id)
            self._stopped.wait(IDLE_S)
            return
        except NeedsExtra:
            problem = "export_needs_extra"
        except Unwritable:
            problem = "export_unwritable"
        except OSError as error:
            log.exception("export %s could not be written", job.id, exc_info=error)
            problem = "export_no_room"
        if not queue.finish(self._ledger.engine, job.id, made, problem, self._clock()):
            self._sweep()

    def _noting(self, job: Job) -> Callable[[int, int], None]:
        noted = 0.0

        def goes_on(done: int, total: int) -> None:
            nonlocal noted
            if self._stopped.is_set():
                raise _Withdrawn
            if time.monotonic() - noted >= NOTE_EVERY_S:
                noted = time.monotonic()
                if not queue.goes_on(self._ledger.engine, job.id, done, total):
                    raise _Withdrawn

        return goes_on

    def _sweep(self) -> None:
        """Remove the files of jobs that are no more."""
        known = queue.known(self._ledger.engine)
        for path in self.folder.iterdir():
            ours = _ours(path.name)
            if ours and ours[1] not in known:
                path.unlink(missing_ok=True)

    def _follow(self, after_s: float) -> None:
        self._stopped.wait(after_s)
        while not self._stopped.is_set():
            try:
                if not queue.is_something_to_do(self._ledger.engine, self._clock(), self._waited):
                    self._leave()
                elif self.lead() and self.step():
                    continue
                self._hurried.wait(IDLE_S)
                self._hurried.clear()
            except Unavailable:
                self._leave()
                self._stopped.wait(IDLE_S)
            except Exception:
                log.exception("making exports stopped; trying again")
                self._leave()
                self._stopped.wait(IDLE_S)
        self._leave()

    def _leave(self) -> None:
        """Let another lead."""
        if self._directory is not None:
            os.close(self._directory)
            self._directory = None
        self._leadership.drop()
