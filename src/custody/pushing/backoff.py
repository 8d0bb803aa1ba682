"""When is it tried again, and when no more? Exponentially later, by chance, and as it was asked."""

from datetime import datetime
from email.utils import parsedate_to_datetime
from typing import Final, NamedTuple

from custody.terms import DAY, HOUR, Millis, millis

FIRST: Final[Millis] = 1_000
MOST: Final[Millis] = HOUR
RETRY_AFTER_MAX: Final[Millis] = DAY
"""As long as a receiver may ask us to wait."""

FAILURES_MAX: Final = 100
"""Failures in a row after which a subscription is disabled: about two days."""

REFUSALS_MAX: Final = 5
"""How often a batch is refused before it is cut in two, and a single fact before it is dead."""

DEAD_RUNNING_MAX: Final = 10
"""Dead letters without a success between them, after which it is not about the facts."""

DEAD_LETTERS_MAX: Final = 1_000
"""Dead letters that a subscription may have."""


class Patience(NamedTuple):
    """How long it is tried, and how often."""

    first: Millis = FIRST
    most: Millis = MOST
    failures_max: int = FAILURES_MAX
    refusals_max: int = REFUSALS_MAX
    dead_running_max: int = DEAD_RUNNING_MAX
    dead_letters_max: int = DEAD_LETTERS_MAX

    def pause(self, failures: int, chance: float, asked: Millis | None = None) -> Millis:
        """Return how long to wait after so many failures: full jitter, and never less than asked.

        `chance`: from 0 up to 1. Source: AWS Architecture Blog, Exponential Backoff And Jitter.
        """
        assert failures >= 1
        most = min(self.most, self.first * 2 ** min(failures - 1, 40))
        return max(int(most * chance), min(asked or 0, RETRY_AFTER_MAX))


def retry_after(text: str, now: Millis) -> Millis | None:
    """Read what the header says (RFC 9110, 10.2.3): seconds, or a date; None if it is neither."""
    text = text.strip()
    if text.isascii() and text.isdigit():
        return min(int(text[:9]) * 1000, RETRY_AFTER_MAX)
    try:
        at: datetime = parsedate_to_datetime(text)
    except ValueError:
        return None
    if at.tzinfo is None:
        return None
    return max(0, millis(at) - now)
