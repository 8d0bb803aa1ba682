"""Is every attempt noticed? This makes them all, and says who noticed each and what they said."""

from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final, NamedTuple

from custody.tampering.attempts import ATTEMPTS, Attempt
from custody.tampering.noticing import Noticed
from custody.tampering.stage import staged
from custody.terms import Millis

AT_ONCE: Final = 3


class Outcome(NamedTuple):
    """An attempt and what was noticed of it."""

    attempt: Attempt
    noticed: Noticed

    @property
    def is_right(self) -> bool:
        """Whether it was noticed by the code that it must meet; or not, when nothing was done."""
        return self.noticed.code == self.attempt.code


def try_all(folder: Path, clock: Callable[[], Millis]) -> Sequence[Outcome]:
    """Make every attempt on a network that is staged in an empty folder.

    Raises NotStarted or Unanswered when the network does not come up.
    """
    with staged(folder, clock()) as stage, ThreadPoolExecutor(AT_ONCE) as threads:
        now = clock()
        noticed = threads.map(lambda one: one.tried(stage, now), ATTEMPTS)
        return [*map(Outcome, ATTEMPTS, noticed)]
