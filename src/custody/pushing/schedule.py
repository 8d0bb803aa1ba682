"""When is somebody told who wants to be told at certain times? EPCIS 2.0's schedules.

Each field lists what fits: `0,30` or `[9-17]`; one that is left out fits always, but what is finer
than the finest that is said is its first: `{"hour": "1"}` is one o'clock, once. Times are China's.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta
from typing import Final, NamedTuple

from custody.terms import SHANGHAI, Millis, millis

FIELDS: Final[Mapping[str, tuple[int, int]]] = {
    "second": (0, 59),
    "minute": (0, 59),
    "hour": (0, 23),
    "dayOfMonth": (1, 31),
    "month": (1, 12),
    "dayOfWeek": (1, 7),
}
"""What may be said, the finest first, and from where to where; Monday is 1."""

FIELD_MAX: Final = 200
"""Characters of a field."""

DAYS_MAX: Final = 41 * 366
"""How far ahead a day is looked for: leap days on one weekday may be forty years apart, as they
are around a year like 2100 that has none."""

_element = re.compile(r"([0-9]{1,2})|\[([0-9]{1,2})-([0-9]{1,2})\]").fullmatch


class NoSchedule(ValueError):
    """A field says nothing that could be a time; its name."""


class Schedule(NamedTuple):
    """What fits."""

    seconds: frozenset[int]
    minutes: frozenset[int]
    hours: frozenset[int]
    days: frozenset[int]
    months: frozenset[int]
    weekdays: frozenset[int]

    def after(self, at: Millis) -> Millis | None:
        """Return the first moment past another that fits; None if none ever does."""
        first = datetime.fromtimestamp(at // 1000 + 1, SHANGHAI)
        for ahead in range(DAYS_MAX):
            day = first.date() + timedelta(days=ahead)
            if self._fits(day):
                for found in self._times(time.min if ahead else first.time()):
                    return millis(datetime.combine(day, found, SHANGHAI))
        return None

    def last(self, at: Millis) -> Millis | None:
        """Return the last moment that fits, up to another; None if none ever did."""
        latest = datetime.fromtimestamp(at // 1000, SHANGHAI)
        for back in range(DAYS_MAX):
            day = latest.date() - timedelta(days=back)
            if self._fits(day):
                found = self._latest(time.max if back else latest.time())
                if found is not None:
                    return millis(datetime.combine(day, found, SHANGHAI))
        return None

    def _latest(self, latest: time) -> time | None:
        """Return the last time of a day that fits, up to one."""
        for hour in sorted(self.hours, reverse=True):
            if hour <= latest.hour:
                for minute in sorted(self.minutes, reverse=True):
                    if (hour, minute) <= (latest.hour, latest.minute):
                        for second in sorted(self.seconds, reverse=True):
                            if (found := time(hour, minute, second)) <= latest:
                                return found
        return None

    def _fits(self, day: date) -> bool:
        within = day.day in self.days and day.month in self.months
        return within and day.isoweekday() in self.weekdays

    def _times(self, earliest: time) -> Iterator[time]:
        """Yield the times of a day that fit, from one on."""
        for hour in sorted(self.hours):
            if hour >= earliest.hour:
                for minute in sorted(self.minutes):
                    if (hour, minute) >= (earliest.hour, earliest.minute):
                        for second in sorted(self.seconds):
                            if (found := time(hour, minute, second)) >= earliest:
                                yield found


def read(said: Mapping[str, str]) -> Schedule:
    """Read a schedule. Raises NoSchedule with the name of the field that is wrong."""
    for name in said.keys() - FIELDS.keys():
        raise NoSchedule(name)
    if not said:
        raise NoSchedule("second")
    values, finer = [], True
    for name, (low, high) in FIELDS.items():
        finer = finer and name not in said
        if name in said:
            values.append(_values(name, said[name], low, high))
        elif finer and not (name == "dayOfMonth" and "dayOfWeek" in said) and name != "month":
            values.append(frozenset({low}))
        else:
            values.append(frozenset(range(low, high + 1)))
    return Schedule(*values)


def _values(name: str, text: str, low: int, high: int) -> frozenset[int]:
    found = set[int]()
    for part in text[: FIELD_MAX + 1].split(","):
        element = _element(part)
        if element is None or len(text) > FIELD_MAX:
            raise NoSchedule(name)
        one, start, end = (None if each is None else int(each) for each in element.groups())
        values = range(start or 0, (end or 0) + 1) if one is None else range(one, one + 1)
        if not values or values[0] < low or values[-1] > high:
            raise NoSchedule(name)
        found.update(values)
    return frozenset(found)
