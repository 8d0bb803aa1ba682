"""What does a GB/T 34014-2017 traction battery code say, and is it one?

24 characters: maker 3, product 1, chemistry 1, specification 2, traceability 7, date 3, serial 7;
or 19 for a second-life product: no traceability block, and `R` and the product at the end.
What the letters mean is derived, never stored: public decoders disagree about it.
"""

import datetime as dt
import re
from dataclasses import dataclass
from typing import Final, Literal

from custody.codes.errors import CodeError, wrong_character, wrong_date, wrong_length

CHEMISTRIES: Final = {"B": "lfp", "C": "lmo", "D": "lco", "E": "nmc", "G": "lto"}

YEARS = "123456789ABCDEFGHJKLMNPRSTVWXY"  # 2011 to 2040
MONTHS = "123456789ABC"
DAYS = "123456789ABCDEFGHJKLMNPRSTVWXY0"  # 1 to 31
_LOOSE = "IU"  # published patterns let these through though no year or day has them: a warning

_ALNUM = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_Field = tuple[int, str, str, str]  # characters, which of them, and the name in two languages
_MAKER: _Field = (3, _ALNUM, "a letter or digit of the maker", "厂商代码（字母或数字）")
_PRODUCT: _Field = (1, "PMC", "the product type P, M or C", "产品类型P、M或C")
_CHEMISTRY: _Field = (1, "ABCDEFGZ", "the battery type A-G or Z", "电池类型A–G或Z")
_SPEC: _Field = (2, _ALNUM, "a letter or digit of the specification", "规格代码（字母或数字）")
_TRACE: _Field = (7, _ALNUM, "a letter or digit of the traceability", "追溯信息（字母或数字）")
_YEAR: _Field = (1, YEARS + _LOOSE, "the year 1-9 or A-Y without O, Q", "年份1–9或A–Y（无O、Q）")
_MONTH: _Field = (1, MONTHS, "the month 1-9 or A-C", "月份1–9或A–C")
_DAY: _Field = (1, DAYS + _LOOSE, "the day 0-9 or A-Y without O, Q", "日0–9或A–Y（无O、Q）")
_SERIAL: _Field = (7, "0123456789", "a digit of the serial", "序列号数字")
_REUSED: _Field = (1, "R", "R of a second-life product", "梯次利用标识R")

_DESIGN = (_MAKER, _PRODUCT, _CHEMISTRY, _SPEC)
_LAYOUTS: dict[int, tuple[_Field, ...]] = {
    24: (*_DESIGN, _TRACE, _YEAR, _MONTH, _DAY, _SERIAL),
    19: (*_DESIGN, _YEAR, _MONTH, _DAY, _SERIAL, _REUSED, _PRODUCT),
}

# The calendar is part of the pattern, so that the hot path is one match and no date is built.
_LEAP_YEARS = YEARS[1::4] + _LOOSE  # 2012, 2016 ...
_DATE = (
    rf"(?:[{YEARS}{_LOOSE}](?:[13578AC][{DAYS}{_LOOSE}]|[469B][{DAYS[:30]}{_LOOSE}]"
    rf"|2[{DAYS[:28]}{_LOOSE}])|[{_LEAP_YEARS}]2{DAYS[28]})"
)
_CODE = re.compile(
    rf"([A-Z0-9]{{3}})([PMC])([A-GZ])([A-Z0-9]{{2}})"
    rf"(?:([A-Z0-9]{{7}})({_DATE})([0-9]{{7}})|({_DATE})([0-9]{{7}})R([PMC]))"
)


@dataclass(frozen=True, slots=True)
class Gbt34014:
    """What a code's letters say; `date` is None where a loose letter leaves it open."""

    kind: Literal["original", "second_life"]
    maker: str
    product: str
    chemistry_code: str
    spec: str
    trace: str
    date: dt.date | None
    serial: str
    warnings: tuple[str, ...]


def is_gbt34014(code: str) -> bool:
    """Tell whether the text, as it stands, is such a code with a date on the calendar."""
    return _CODE.fullmatch(code) is not None


def check_gbt34014(code: str) -> str:
    """Return a normalised code, or say what is wrong with it."""
    if is_gbt34014(code):
        return code
    raise _fault(code)


def parse_gbt34014(code: str) -> Gbt34014:
    """Read a normalised code; what is odd but not wrong is in its warnings."""
    match = _CODE.fullmatch(code)
    if match is None:
        raise _fault(code)
    maker, product, chemistry, spec, trace, *rest = match.groups()
    made, serial = (rest[0], rest[1]) if trace else (rest[2], rest[3])
    warnings = []
    if made[0] in _LOOSE:
        warnings.append("year_letter")
    if made[2] in _LOOSE:
        warnings.append("day_letter")
    if not trace and rest[4] != product:
        warnings.append("product_differs")
    kind: Literal["original", "second_life"] = "original" if trace else "second_life"
    on = None if {"year_letter", "day_letter"} & set(warnings) else _date(made)
    return Gbt34014(kind, maker, product, chemistry, spec, trace or "", on, serial, tuple(warnings))


def gbt34014(
    maker: str,
    product: str,
    chemistry: str,
    spec: str,
    trace: str,
    *,
    date: dt.date,
    serial: int,
) -> str:
    """Build a code; with an empty `trace`, that of a second-life product."""
    made = YEARS[date.year - 2011] + MONTHS[date.month - 1] + DAYS[date.day - 1]
    end = "" if trace else f"R{product}"
    return check_gbt34014(f"{maker}{product}{chemistry}{spec}{trace}{made}{serial:07}{end}")


def _date(made: str) -> dt.date:
    return dt.date(2011 + YEARS.index(made[0]), 1 + MONTHS.index(made[1]), 1 + DAYS.index(made[2]))


def _fault(code: str) -> CodeError:
    layout = _LAYOUTS.get(len(code))
    if layout is None:
        return wrong_length(len(code), "24, or 19 for second life", "24位（梯次产品19位）")
    position = 0
    for width, allowed, name, name_zh in layout:
        for c in code[position : position + width]:
            position += 1
            if c not in allowed:
                return wrong_character(code, position, name, name_zh)
    first = 15 if len(code) == 24 else 8
    return wrong_date(code, first, first + 2)
