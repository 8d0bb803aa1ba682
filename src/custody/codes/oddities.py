"""What is odd about a battery's code, though it is lawful?

A code of GB/T 34014 cannot say a year before 2011, so there is no oddity of that name.
"""

import datetime as dt
from collections.abc import Iterator
from typing import Final

from custody.codes.battery import battery_ref
from custody.codes.divisions import division
from custody.codes.errors import CodeError
from custody.codes.gbt34014 import DAYS, YEARS, Gbt34014, parse_gbt34014

YOUNG_DAYS: Final = 90  # who retires a pack so soon?

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
        if _is_ordinary(code, on.year):
            return ()
        return tuple(_of_gbt34014(parse_gbt34014(code), on))
    if scheme == "tag":
        return tuple(_of_tag(code, on))
    return ()


def _is_ordinary(code: str, year: int) -> bool:
    """Tell at a glance an original pack that was made the year before last, or earlier.

    Nearly every battery that enters is one, and reading its code takes longer than the rest.
    """
    made = YEARS.find(code[14]) + 2011
    return len(code) == 24 and code[3] == "P" and 2011 <= made < year - 1 and code[16] in DAYS


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
