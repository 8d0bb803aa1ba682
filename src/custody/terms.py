"""What a few words mean everywhere: instants, subjects, and how a request is refused."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Any

Millis = int
"""An instant: milliseconds since 1970-01-01T00:00:00Z. Finer parts of a second are cut off."""

Subject = str
"""Whom a fact concerns, as `kind:id`: `battery:…`, `consignment:…`, `site:…`, `terminal:…`."""

Position = int
"""A place in the ledger's one order: 1, 2, 3 … without gaps."""

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
MILLISECOND = timedelta(milliseconds=1)
SHANGHAI = timezone(timedelta(hours=8), "Asia/Shanghai")  # no summer time since 1991
MINUTE: Millis = 60_000
HOUR: Millis = 60 * MINUTE
DAY: Millis = 24 * HOUR

INSTANTS_WRITTEN_MAX = 64
"""Instants whose text is kept: all that are recorded at once ask for the same."""

MINUTES_WRITTEN_MAX = 4_096
"""Minutes whose text in UTC is kept: much is noticed within the same one."""


def millis(instant: datetime) -> Millis:
    """Return the milliseconds at which an instant with an offset lies."""
    return (instant - EPOCH) // MILLISECOND


@lru_cache(maxsize=INSTANTS_WRITTEN_MAX)
def rfc3339(at: Millis) -> str:
    """Write an instant for people and machines alike, in UTC to the millisecond."""
    seconds, rest = divmod(at, 1000)
    return f"{datetime.fromtimestamp(seconds, UTC):%Y-%m-%dT%H:%M:%S}.{rest:03d}Z"


def in_utc(instant: str) -> str:
    """Write an instant that has an offset as `rfc3339` does; finer parts are cut off."""
    if len(instant) == len("2026-03-02T09:00:00.000+08:00") and instant[23] in "+-":
        # As terminals write it: nothing is to be cut off or filled up.
        return f"{_minute(instant[:16] + instant[23:])}:{instant[17:23]}Z"
    offset = 1 if instant[-1] in "Zz" else len("+08:00")
    minute, seconds = instant[:16] + instant[-offset:], instant[17:-offset]
    whole, _, parts = seconds.partition(".")
    return f"{_minute(minute)}:{whole}.{parts[:3]:0<3}Z"


@lru_cache(maxsize=MINUTES_WRITTEN_MAX)
def _minute(instant: str) -> str:
    return datetime.fromisoformat(instant.upper()).astimezone(UTC).isoformat()[:16]


def day_of(at: Millis) -> str:
    """Write the day of a book that an instant lies on: Asia/Shanghai."""
    return f"{datetime.fromtimestamp(at // 1000, SHANGHAI):%Y-%m-%d}"


@dataclass(frozen=True, slots=True)
class FieldError:
    """One thing wrong with one field: where it stands (RFC 6901), which rule, and its numbers."""

    pointer: str
    code: str
    params: dict[str, Any] = field(default_factory=dict)


class Refused(Exception):
    """A request that leaves nothing behind, and why: a stable code, and the fields at fault."""

    def __init__(self, code: str, *errors: FieldError, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.errors = errors
        self.params = params
