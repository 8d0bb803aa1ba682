"""What is odd about a battery's code, though it is lawful?

A code of GB/T 34014 cannot say a year before 2011, so there is no oddity of that name.
"""

import datetime as dt
from collections.abc import Iterator
from functools import lru_cache
from typing import Final

from custody.codes.battery import battery_ref
from custody.codes.divisions import division
from custody.codes.errors import CodeError
from custody.codes.gbt34014 import DAYS, MONTHS, YEARS, Gbt34014, parse_gbt34014

YOUNG_DAYS: Final = 90  # who retires a pack so soon?
DAYS_REMEMBERED_MAX: Final = 512  # of handling: those of a year, and some that came late

ODDITIES: Final = (
    "loose_letter",  # I or U in the date, which published patterns let through
    "made_in_the_future",
    "made_within_90_days",
    "product_not_a_pack",  # a module or a cell
    "second_life_product",
    "product_differs",  # a second-life code that says its product twice, differently
    "tag_of_a_later_year",
    "tag_division_unknown",
)


def oddities(ref: str, on: dt.date) -> tuple[str, ...]:
    """Name what is odd about a battery reference on the day it is handled, in a fixed order."""
    scheme, _, code = battery_ref(ref).partition(":")
    if scheme == "gbt34014":
        if _is_ordinary(code, on):
            return ()
        return tuple(_of_gbt34014(parse_gbt34014(code), on))
    if scheme == "tag":
        return tuple(_of_tag(code, on))
    return ()


def _is_ordinary(code: str, on: dt.date) -> bool:
    """Tell at a glance an original pack that was made in a month of which no day is young.

    Nearly every battery that enters is one, and reading its code takes longer than the rest.
    """
    if len(code) != 24 or code[3] != "P" or code[14] not in YEARS or code[16] not in DAYS:
        return False
    return code[14:16] < _first_young_month(on)


@lru_cache(maxsize=DAYS_REMEMBERED_MAX)
def _first_young_month(on: dt.date) -> str:
    """Write the month in which the youth of packs begins as codes write it: texts in order."""
    first = on - dt.timedelta(days=YOUNG_DAYS)
    if not 2011 <= first.year < 2011 + len(YEARS):
        return ""  # no code tells such a year, so no pack is ordinary
    return YEARS[first.year - 2011] + MONTHS[first.month - 1]


def _of_gbt34014(code: Gbt34014, on: dt.date) -> Iterator[str]:
    if code.date is None:
        yield "loose_letter"
    elif code.date > on:
        yield "made_in_the_future"
    elif (on - code.date).days < YOUNG_DAYS:
        yield "made_within_90_days"
    if code.product != "P":
        yield "product_not_a_pack"
    if code.kind == "second_life":
        yield "second_life_product"
    if "product_differs" in code.warnings:
        yield "product_differs"


def _of_tag(code: str, on: dt.date) -> Iterator[str]:
    year = 2000 + int(code[2:4])
    if year > on.year:
        yield "tag_of_a_later_year"
    try:
        division(code[4:10], dt.date(year, 12, 31))
    except CodeError:
        yield "tag_division_unknown"
