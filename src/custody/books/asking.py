"""Which stretch of a site's books is asked for, and as known when?"""

import re
from dataclasses import dataclass
from datetime import datetime, timedelta

from custody.events.vocabulary import EARLIEST, LATEST
from custody.ledger import Ledger
from custody.terms import DAY, HOUR, SHANGHAI, Millis, Position, Refused, millis

DAYS_MAX = 1_830
"""The longest stretch of a book: five years, for as long as it must be kept."""

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII).fullmatch
_MONTH = re.compile(r"\d{4}-\d{2}", re.ASCII).fullmatch
_INSTANT = re.compile(
    r"\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2}(\.\d{1,9})?([Zz]|[+-]\d{2}:\d{2})", re.ASCII
).fullmatch
_AHEAD: Millis = 8 * HOUR
_WIDER = timedelta(days=32)  # than any month


@dataclass(frozen=True, slots=True)
class Span:
    """A stretch of time: the first instant belongs to it, the end does not."""

    first: Millis
    end: Millis


@dataclass(frozen=True, slots=True)
class Asked:
    """What is asked of a book. All it tells was recorded up to one position of the ledger."""

    site: str
    span: Span
    known: Position
    now: Millis
    """A day on which nothing moved is told until here; what comes later has not been yet."""


def span(first: str | None, end: str | None, now: Millis) -> Span:
    """Read a stretch from days, months or instants. Raises Refused("invalid_span").

    The same day or month for both is that day or month. Without an end it goes to that of the
    present month, or of a later one in which it begins; without a beginning it begins with the
    month in which it ends.
    """
    begun = None if first is None else _edge(first)
    if end is None:
        last = next_month(now if begun is None else max(now, begun))
    else:
        last = _edge(end)
        if end == first and _DAY(end):
            last += DAY
        elif end == first and _MONTH(end):
            last = next_month(last)
    begun = month(last - 1) if begun is None else begun
    if not begun < last <= begun + DAYS_MAX * DAY:
        raise _invalid()
    return Span(begun, last)


def known(ledger: Ledger, projected: Position, known_at: Millis | None) -> Position:
    """Return up to which position a book is told: all that is projected, or was known then."""
    if known_at is None:
        return projected
    return min(projected, ledger.position_at(known_at))


def day(at: Millis) -> int:
    """Count the days of an instant, as the people at the site do."""
    return (at + _AHEAD) // DAY


def beginning(number: int) -> Millis:
    """Return the first instant of a day."""
    return number * DAY - _AHEAD


def date(number: int) -> str:
    """Write a day."""
    return f"{_local(beginning(number)):%Y-%m-%d}"


def clock(at: Millis) -> str:
    """Write an instant as the clock at the site shows it."""
    return f"{_local(at):%Y-%m-%d %H:%M:%S}.{at % 1000:03d}"


def month(at: Millis) -> Millis:
    """Return the first instant of the month that an instant is in."""
    return millis(_local(at).replace(day=1, hour=0, minute=0, second=0, microsecond=0))


def next_month(at: Millis) -> Millis:
    """Return the first instant of the month after."""
    return month(millis(_local(month(at)) + _WIDER))


def _edge(text: str) -> Millis:
    """Read where a stretch begins or ends."""
    try:
        if _MONTH(text):
            read = datetime.strptime(text, "%Y-%m").replace(tzinfo=SHANGHAI)
        elif _DAY(text):
            read = datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=SHANGHAI)
        elif _INSTANT(text):
            read = datetime.fromisoformat(text.upper())
        else:
            raise _invalid()
    except ValueError:
        raise _invalid() from None
    if not EARLIEST.year <= read.year < LATEST.year:
        raise _invalid()
    return millis(read)


def _local(at: Millis) -> datetime:
    return datetime.fromtimestamp(at // 1000, SHANGHAI)


def _invalid() -> Refused:
    return Refused("invalid_span", days=DAYS_MAX)
