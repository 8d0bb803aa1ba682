"""Which numbers may a consignment have: ours, or one from elsewhere?"""

import datetime as dt
import re
from typing import Final

from custody.codes.errors import CodeError, empty, too_long, wrong_check, wrong_date
from custody.codes.mod37_36 import base36, check_character, is_checked
from custody.codes.normal import normalise

FOREIGN_MAX: Final = 40  # characters after `x:`
SERIAL_MAX: Final = 36**5 - 1  # consignments a division can number in a day

_OURS = re.compile(r"C[0-9]{6}([0-9]{2})([0-9]{2})([0-9]{2})[0-9A-Z]{6}")
_RAW_MAX: Final = 64


def consignment_no(division: str, date: dt.date, serial: int) -> str:
    """Build a number: `C`, division, YYMMDD, five characters of base 36, check character."""
    body = f"C{division}{date:%y%m%d}{base36(serial, 5)}"
    return consignment(body + check_character(body))


def consignment(text: str) -> str:
    """Return the number, ours normalised and a foreign one as it came, or say what is wrong."""
    if text.startswith("x:"):
        return _foreign(text)
    if len(text) > _RAW_MAX:
        raise too_long(_RAW_MAX)
    code = normalise(text)
    match = _OURS.fullmatch(code)
    if match is None:
        raise CodeError(
            "code_shape",
            "expected C, division, YYMMDD, 5 characters and a check character; or x: and a number",
            "应为C、行政区划代码、年月日、5位流水号和校验码；外部单号以x:开头",
        )
    if not _is_day(*match.groups()):
        raise wrong_date(code, 8, 13)
    if not is_checked(code):
        raise wrong_check(code, len(code))
    return code


def _is_day(year: str, month: str, day: str) -> bool:
    try:
        dt.date(2000 + int(year), int(month), int(day))
    except ValueError:
        return False
    return True


def _foreign(text: str) -> str:
    number = text[2:]
    if not number:
        raise empty()
    if len(number) > FOREIGN_MAX:
        raise too_long(FOREIGN_MAX)
    if not number.isprintable() or number != number.strip():
        raise CodeError(
            "code_character",
            "a number from elsewhere is printable and has no blanks at its ends",
            "外部单号须为可打印字符，首尾无空格",
        )
    return text
