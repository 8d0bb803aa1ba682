"""Where in the country can a site be, and what lies near it?"""

import csv
import heapq
import math
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

KM_A_DEGREE = 111.2


@dataclass(frozen=True, slots=True)
class County:
    """A county division and the middle of it, in degrees."""

    division: str
    name: str
    city: str
    province: str
    lon: float
    lat: float


@cache
def counties() -> tuple[County, ...]:
    """Return the divisions whose place is known, by their codes."""
    text = (files("custody") / "data" / "divisions_county.csv").read_text(encoding="utf-8")
    rows = (row for row in csv.DictReader(text.splitlines()) if row["lon"])
    found = (
        County(
            *(row["code"], row["name"], row["city"], row["province"]),
            *(float(row["lon"]), float(row["lat"])),
        )
        for row in rows
    )
    return tuple(sorted(found, key=lambda county: county.division))


def kilometres(here: County, there: County) -> float:
    """Return about how far it is between two middles, as the crow flies."""
    east = (there.lon - here.lon) * math.cos(math.radians((here.lat + there.lat) / 2))
    return KM_A_DEGREE * math.hypot(east, there.lat - here.lat)


def nearest(here: County, among: Iterable[County], number: int) -> list[County]:
    """Return the nearest ones in order; `here` itself comes first if it is among them."""
    return heapq.nsmallest(number, among, key=lambda there: kilometres(here, there))
