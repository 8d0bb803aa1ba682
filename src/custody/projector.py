"""Who keeps the projections up with the ledger? One thread, of one process at a time."""

import logging
import time
from threading import Condition, Event, Thread

from sqlalchemy import select, update

from custody.ledger import Ledger, Unavailable, writing
from custody.ledger.leadership import Leadership
from custody.projections import ALL, applying
from custody.projections.freshness import reached, snapshot
from custody.projections.tables import projected
from custody.terms import Position

RECORDS_MAX = 1_000
"""Records a transaction."""

IDLE_S = 1.0
"""How long a projector that has nothing to do, or does not lead, waits before it looks again."""

REST_S = 0.05
"""How long it lets movements gather that come one by one, unless somebody waits for them: each
would cost a transaction of its own, in the same interpreter that records the next."""

LOOK_S = 0.05
"""How often one who waits looks at what another process has projected, if it is not told."""

_LOCK = 0x63757370  # any number, as long as every process asks for the same

log = logging.getLogger(__name__)


class Overtaken(Exception):
    """Another has projected these records or swapped the tables; nothing was written."""


class Projector:
    """Follows the ledger for all projections at once: what one answer reflects, all reflect."""

    def __init__(self, ledger: Ledger, records_max: int = RECORDS_MAX) -> None:
        self._ledger = ledger
        self._records_max = records_max
        self._leadership = Leadership(ledger.engine, _LOCK)
        self._stopped = Event()
        self._hurried = Event()
        self._thread: Thread | None = None
        self._progress = Condition()
        self._reached: Position = 0
        self._heard: Position = 0
        ledger.hear("projected", self._hear_of_progress)
        ledger.hear("wanted", self._hear_of_want)

    def start(self, after_s: float = 0) -> None:
        """Keep the projections up with the ledger, in a thread of its own, until stopped.

        `after_s`: leave the lead to others for so long, and give it back when one of them comes.
        """
        self._leadership.stands_by = after_s > 0
        self._thread = Thread(target=self._follow, args=[after_s], name="projector", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the batch at hand, and let another process lead."""
        self._stopped.set()
        self._hurried.set()
        self._ledger.stir()
        if self._thread is not None:
            self._thread.join()

    def step(self) -> int:
        """Project the next records in one transaction; return how many. Raises Overtaken."""
        engine = self._ledger.engine
        with snapshot(engine) as (connection, after):
            records = self._ledger.since(after, self._records_max)
            if not records:
                self._rise(after)
                return 0
            swaps = connection.scalar(select(projected.c.swaps))
            changed = applying.changes(connection, self._ledger, records, ALL)
        last = records[-1].position
        unmoved = (projected.c.position == after, projected.c.swaps == swaps)
        with writing(engine, durable=False) as connection:
            moved = connection.execute(update(projected).where(*unmoved).values(position=last))
            if not moved.rowcount:
                raise Overtaken
            applying.write(connection, changed)
        self._rise(last)
        self._ledger.tell("projected", last)
        return len(records)

    def catch_up(self) -> Position:
        """Project all there is, and return the position reached."""
        while self.step():
            pass
        return self._reached

    def hurry(self, position: Position) -> None:
        """Let whichever process projects rest no longer: somebody waits for this position."""
        if self._leadership.held:
            self._hurried.set()
        else:
            self._ledger.tell("wanted", position)

    def wait_for(self, position: Position, seconds: float) -> bool:
        """Block until the projections reflect a position; False if the time ran out first."""
        deadline = time.monotonic() + seconds
        while self._reached < position:
            left = deadline - time.monotonic()
            if left <= 0 or self._stopped.is_set():
                return False
            self.hurry(position)
            with self._progress:
                if max(self._reached, self._heard) < position:
                    self._progress.wait(min(left, LOOK_S))
                self._heard = 0
            if self._reached < position and not self._leadership.held:
                self._rise(reached(self._ledger.engine))
        return True

    def _hear_of_progress(self, position: Position) -> None:
        """Let whoever waits look at once whether it is so.

        Anybody who may connect to the database can have said it: taken at its word, who waits for
        what is not projected yet would be let go at once, again and again, and hurry nobody.
        """
        with self._progress:
            if position > max(self._reached, self._heard):
                self._heard = position
                self._progress.notify_all()

    def _hear_of_want(self, position: Position) -> None:
        if position > self._reached:
            self._hurried.set()

    def _rise(self, position: Position) -> None:
        with self._progress:
            self._reached = max(self._reached, position)
            self._progress.notify_all()

    def _follow_on(self, projected_now: int) -> None:
        """Go on at once while there is much to do; otherwise let some gather."""
        if not projected_now:
            self._ledger.wait(self._reached, IDLE_S, self._stopped.is_set)
        elif projected_now < self._records_max:
            self._hurried.wait(REST_S)
            self._hurried.clear()

    def _follow(self, after_s: float) -> None:
        self._stopped.wait(after_s)
        while not self._stopped.is_set():
            try:
                if not self._leadership.take():
                    self._stopped.wait(IDLE_S)
                else:
                    self._follow_on(self.step())
            except Overtaken:
                continue
            except Unavailable:
                self._leadership.drop()
                self._stopped.wait(IDLE_S)
            except Exception:
                # A projection that cannot go on must not take the recording of movements with it.
                log.exception("projecting stopped at position %s; trying again", self._reached)
                self._leadership.drop()
                self._stopped.wait(IDLE_S)
        self._leadership.drop()
