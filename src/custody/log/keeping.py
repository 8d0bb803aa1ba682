"""Who keeps the log up with the ledger, and its checkpoints up with the log?

One thread, of one process at a time. Whatever goes wrong here stops the publishing, and never the
recording: a movement is accepted whether or not anybody can be shown yet that it was.
"""

import logging
import time
from collections.abc import Callable
from threading import Event, Thread
from typing import Final

from custody.ledger import Ledger, Unavailable
from custody.ledger.leadership import Leadership
from custody.log import heads
from custody.log.apart import Apart
from custody.log.guard import Unusable
from custody.log.publishing import Publisher, Stopped, Waiting
from custody.log.sealer import Overtaken, Sealer
from custody.terms import MINUTE, Millis, Position

IDLE_S: Final = 1.0
"""How long one that has nothing to do, or does not lead, waits before it looks again."""

REST_S: Final = 0.1
"""How long it lets movements gather that come one by one, before it seals and publishes them."""

PUBLISH_EVERY_S: Final = 0.3
"""How long it goes on sealing, while there is much to seal, before it publishes in between."""

HEADS_EVERY: Final[Millis] = 10 * MINUTE
HEADS_SHARE: Final = 20
"""How often every battery's last fact is noted; and how many times as long as that took it waits at
least, so that very many batteries are noted less often."""

ALARM_AFTER_S: Final = 300.0
"""After how long without a checkpoint that is due it says so, and again after as long."""

_LOCK = 0x63757374_6C6F67  # any number, as long as every process asks for the same

log = logging.getLogger(__name__)

Opens = Callable[[], Publisher | None]
"""Opens what publishes, once this process leads; None if nothing is to be published. Raises
Unusable."""


class Keeper:
    """Seals, notes heads and publishes, while it leads."""

    def __init__(
        self,
        ledger: Ledger,
        opens: Opens,
        clock: Callable[[], Millis],
        heads_every: Millis = HEADS_EVERY,
        *,
        apart: bool = False,
    ) -> None:
        """`heads_every`: how often every battery's last fact is noted, while anything happens.

        `apart`: have leaves made in a process of its own when there are many.
        """
        self._ledger = ledger
        self._opens = opens
        self._clock = clock
        self._heads_every = heads_every
        # Not by the clock, which may be set back: nothing would be noted until it is where it was.
        self._heads_due = time.monotonic() + heads_every / 1000
        self._heads_at: Position = 0
        self.apart = Apart(ledger) if apart else None
        """Who makes leaves when there are many, if not this process."""
        self._sealer = Sealer(ledger, makes=self.apart.make if self.apart else None)
        self._publisher: Publisher | None = None
        self._leads = False
        self._leadership = Leadership(ledger.engine, _LOCK)
        self._stopped = Event()
        self._thread: Thread | None = None
        self._due_since: float | None = None

    def start(self, after_s: float = 0) -> None:
        """Keep the log in a thread of its own until stopped.

        `after_s`: leave the lead to others for so long, and give it back when one of them comes.
        """
        self._leadership.stands_by = after_s > 0
        self._thread = Thread(target=self._follow, args=[after_s], name="log", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the step at hand, and let another process lead."""
        self._stopped.set()
        self._ledger.stir()
        if self._thread is None:
            self._give_up()
        else:
            self._thread.join()

    def lead(self) -> bool:
        """Lead if nobody else does; return whether this process leads now. Raises Unusable."""
        if not self._leadership.take():
            # The claim to the lead stands: only what a leader has is let go.
            self._close()
            self._leads = False
            return False
        if not self._leads:
            self._publisher = self._opens()
            self._leads = True
        return True

    def step(self) -> int:
        """Seal for a while, then publish; return how many records were sealed.

        Raises Overtaken, Waiting, or Stopped.
        """
        until = time.monotonic() + PUBLISH_EVERY_S
        sealed = 0
        while (more := self._sealer.step()) and not self._stopped.is_set():
            sealed += more
            if time.monotonic() >= until:
                break
        self._note_heads()
        if self._publisher is not None:
            self._publisher.step()
            self._due_since = None
        return sealed

    def _note_heads(self) -> None:
        """Note every battery's last fact, now and then, unless nothing has happened since."""
        begun = time.monotonic()
        if self._sealer.size <= self._heads_at or begun < self._heads_due:
            return
        taken = heads.take(self._ledger, self._clock())
        self._heads_at = 0 if taken is None else taken.noted
        took = time.monotonic() - begun
        self._heads_due = begun + max(self._heads_every / 1000, HEADS_SHARE * took)

    def _follow(self, after_s: float) -> None:
        self._stopped.wait(after_s)
        while not self._stopped.is_set():
            try:
                if not self.lead():
                    self._stopped.wait(IDLE_S)
                elif not self.step():
                    self._ledger.wait(self._sealer.size, IDLE_S, self._stopped.is_set)
                else:
                    self._stopped.wait(REST_S)
            except Overtaken:
                continue
            except Unusable as error:
                self._complain(error)
                self._stopped.wait(IDLE_S)
            except (Waiting, Unavailable) as error:
                self._alarm(error)
                self._stopped.wait(IDLE_S)
            except Stopped as error:
                # What it is about does not heal by itself; sealing goes on, for whoever looks.
                log.critical("publishing stopped: %s: %s %s", error.code, error.zh, error.en)
                self._close()
            except Exception:
                log.exception("keeping the log stopped; trying again")
                self._give_up()
                self._stopped.wait(IDLE_S)
        self._give_up()

    def _complain(self, error: Unusable) -> None:
        """Say at once what is wrong with the settings, and again after a while."""
        if self._due_since is None:
            log.error("no checkpoint can be published: %s %s", error.zh, error.en)
        self._alarm(error)

    def _alarm(self, error: Exception) -> None:
        """Say after a while that no checkpoint could be published, and why."""
        now = time.monotonic()
        if self._due_since is None:
            self._due_since = now
        elif now - self._due_since > ALARM_AFTER_S:
            log.error("no checkpoint could be published: %s", error)
            self._due_since = now

    def _give_up(self) -> None:
        self._close()
        self._leads = False
        self._leadership.drop()

    def _close(self) -> None:
        publisher, self._publisher = self._publisher, None
        if publisher is not None:
            publisher.close()
        if self.apart is not None:
            self.apart.close()
