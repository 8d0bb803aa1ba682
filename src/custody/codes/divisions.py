"""Which division does a code name on a date, and in which city and province does it lie?

The tables (data/README.md says whence) know codes of county level on the mainland, as GB/T 2260 and
the statistical list have them, and the changes since 2000. What they do not know:
- the day of a change, only its year; in that year both the old code and the new one stand;
- every change: they come from comparing lists, so one that no list shows is missing, and a code
  without a recorded beginning counts as having always been there;
- renamed cities and provinces: those bear the name they have now, or had last.
They are good for telling a mistyped code from an old one. Check with the authority before a legal
use.
"""

import csv
import datetime as dt
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Final, Literal, NamedTuple

from custody.codes.digits import digits
from custody.codes.errors import CodeError

Status = Literal["active", "abolished", "statistical"]

DIVISION_LENGTH: Final = 6

_LAST_YEAR: Final = dt.MAXYEAR


@dataclass(frozen=True, slots=True)
class Division:
    """What a code names on a date; of an abolished one, what it named last."""

    code: str
    name: str
    city: str
    province: str
    status: Status


class _Period(NamedTuple):
    name: str
    since: int
    until: int
    statistical: bool


def division(code: str, on: dt.date) -> Division:
    """Return the county-level division, or say that there was none of this code by that date."""
    code = digits(code, DIVISION_LENGTH)
    history = _periods().get(code)
    if history is None:
        raise _unknown(code)
    begun = [period for period in history if period.since <= on.year]
    if not begun:
        raise _not_yet(code, history[0])
    last = begun[-1]
    return Division(code, last.name, city_name(code), province_name(code), _status(last, on.year))


def city_name(code: str) -> str:
    """Name the city or prefecture of a code of any level; a municipality is its own city."""
    return _area(digits(code, DIVISION_LENGTH), 4)


def province_name(code: str) -> str:
    """Name the province of a code of any level."""
    return _area(digits(code, DIVISION_LENGTH), 2)


def _status(period: _Period, year: int) -> Status:
    if period.statistical:
        return "statistical"
    return "active" if year <= period.until else "abolished"


def _area(code: str, level: int) -> str:
    name = _areas().get(code[:level].ljust(DIVISION_LENGTH, "0"))
    if name is None:
        raise _unknown(code)
    return name


@cache
def _periods() -> dict[str, tuple[_Period, ...]]:
    found = defaultdict(list)
    for row in _rows("divisions.csv"):
        since, until = int(row["since"] or 0), int(row["until"] or _LAST_YEAR)
        found[row["code"]].append(_Period(row["name"], since, until, row["kind"] == "statistical"))
    return {code: tuple(periods) for code, periods in found.items()}


@cache
def _areas() -> dict[str, str]:
    return {row["code"]: row["name"] for row in _rows("areas.csv")}


def _rows(name: str) -> list[dict[str, str]]:
    text = (files("custody.codes") / "data" / name).read_text(encoding="utf-8")
    return list(csv.DictReader(text.splitlines()))


def _unknown(code: str) -> CodeError:
    return CodeError(
        "division_unknown", f"there is no division {code}", f"行政区划代码{code}不存在"
    )


def _not_yet(code: str, first: _Period) -> CodeError:
    return CodeError(
        "division_unknown",
        f"there is no division {code} before {first.since}",
        f"行政区划代码{code}（{first.name}）自{first.since}年起才有",
    )
