"""Who keeps the log up with the ledger, and its checkpoints up with the log?

One thread, of one process at a time. Whatever goes wrong here stops the publishing, and never the
recording: a movement is accepted whether or not anybody can be shown yet that it was.
"""

import logging
import time
from collections.abc import Callable
from threading import Condition, Event, Thread
from typing import Final

from custody.ledger import Ledger, Unavailable
from custody.ledger.leadership import Leadership
from custody.log import heads
from custody.log.publishing import Publisher, Stopped, Waiting
from custody.log.sealer import Overtaken, Sealer
from custody.terms import MINUTE, Millis, Position

IDLE_S: Final = 1.0
"""How long one that has nothing to do, or does not lead, waits before it looks again."""

REST_S: Final = 0.1
"""How long it lets movements gather that come one by one, before it seals and publishes them."""

PUBLISH_EVERY_S: Final = 0.25
"""How long it goes on sealing, while there is much to seal, before it publishes in between."""

HEADS_EVERY: Final[Millis] = 10 * MINUTE
HEADS_SHARE: Final = 0.05
"""How often every battery's last fact is noted, and the share of its time that may take: where
there are very many batteries, it is done less often."""

ALARM_AFTER_S: Final = 300.0
"""After how long without a checkpoint it says so, and then again."""

_LOCK = 0x6375736C6F67  # any number, as long as every process asks for the same

log = logging.getLogger(__name__)


class Keeper:
    """Seals, notes heads and publishes, while it leads."""

    def __init__(
        self,
        ledger: Ledger,
        publisher: Publisher | None,
        clock: Callable[[], Millis],
        heads_every: Millis = HEADS_EVERY,
    ) -> None:
        self._ledger = ledger
        self._publisher = publisher
        self._clock = clock
        self._heads_every = heads_every
        self._sealer = Sealer(ledger)
        self._leadership = Leadership(ledger.engine, _LOCK)
        self._stopped = Event()
        self._thread: Thread | None = None
        self._published_at = time.monotonic()
        self._heads_due: Millis = 0

    def start(self, after_s: float = 0) -> None:
        """Keep the log in a thread of its own until stopped; leave the lead to others for a time."""
        self._thread = Thread(target=self._follow, args=[after_s], name="log", daemon=True)
        self._thread.start()

    def stop(self) -> None:
        """Stop after the step at hand, and let another process lead."""
        self._stopped.set()
        self._ledger.stir()
        if self._thread is not None:
            self._thread.join()

    def step(self) -> int:
        """Seal for a while and publish; return how many records were sealed."""
        until = time.monotonic() + PUBLISH_EVERY_S
        sealed = 0
        while (more := self._sealer.step()) and not self._stopped.is_set():
            sealed += more
            if time.monotonic() >= until:
                break
        self._note_heads()
        self._publish()
        return sealed
