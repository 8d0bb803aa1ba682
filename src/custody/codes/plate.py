"""Is this text a number plate: of a lorry or car (GA 36), of an electric one, or of an e-bike?"""

import re
from typing import Final

from custody.codes.errors import CodeError, empty, too_long, wrong_character, wrong_length
from custody.codes.normal import normalise

EBIKE_PLATE_MAX: Final = 12  # characters; every city has its own pattern

_RAW_MAX: Final = 64
_DOTS: Final = str.maketrans("", "", "·•・‧∙")  # between the city's letter and the rest

_Field = tuple[str, str, str]  # the characters allowed, and their name in two languages
_DIGITS: Final = "0123456789"
_LETTERS: Final = "ABCDEFGHJKLMNPQRSTUVWXYZ"  # no I, no O
_PROVINCE: Final[_Field] = (
    "京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼",
    "the short name of a province",
    "省份简称",
)
_CITY: Final[_Field] = (_LETTERS, "a letter other than I and O", "字母（无I、O）")
_ANY: Final[_Field] = (
    _LETTERS + _DIGITS,
    "a digit or a letter other than I and O",
    "数字或字母（无I、O）",
)
_LAST: Final[_Field] = (
    _LETTERS + _DIGITS + "挂学警港澳",
    "a digit, a letter other than I and O, or one of 挂学警港澳",
    "数字、字母（无I、O）或挂学警港澳",
)
_ELECTRIC: Final[_Field] = ("ABCDEFGHJK", "one of A-H, J, K", "A–H、J、K之一")
_DIGIT: Final[_Field] = (_DIGITS, "a digit", "数字")

_FUEL: Final = (_PROVINCE, _CITY, _ANY, _ANY, _ANY, _ANY, _LAST)
_SMALL_ELECTRIC: Final = (_PROVINCE, _CITY, _ELECTRIC, _ANY, *[_DIGIT] * 4)
_LARGE_ELECTRIC: Final = (_PROVINCE, _CITY, *[_DIGIT] * 5, _ELECTRIC)


def _pattern(layout: tuple[_Field, ...]) -> str:
    return "".join(f"[{allowed}]" for allowed, _, _ in layout)


_PLATE: Final = re.compile("|".join(map(_pattern, (_FUEL, _SMALL_ELECTRIC, _LARGE_ELECTRIC))))


def plate(text: str) -> str:
    """Return a vehicle's plate without blanks and dots, or say what is wrong with it."""
    code = _normalised(text).translate(_DOTS)
    if _PLATE.fullmatch(code) is None:
        raise _fault(code)
    return code


def ebike_plate(text: str) -> str:
    """Return an e-bike's plate in one spelling; what it says is its city's affair."""
    code = _normalised(text)
    if not code:
        raise empty()
    if len(code) > EBIKE_PLATE_MAX:
        raise too_long(EBIKE_PLATE_MAX)
    for position, c in enumerate(code, 1):
        if not c.isprintable():
            raise wrong_character(code, position, "a printable character", "可打印的字符")
    return code


def _normalised(text: str) -> str:
    if len(text) > _RAW_MAX:
        raise too_long(_RAW_MAX)
    return normalise(text)


def _fault(code: str) -> CodeError:
    if not code:
        return empty()
    if len(code) not in (7, 8):
        return wrong_length(len(code), "7, or 8 of an electric vehicle", "7位（新能源8位）")
    layout = _FUEL if len(code) == 7 else _electric(code)
    misfits = [c not in allowed for c, (allowed, _, _) in zip(code, layout, strict=True)]
    position = 1 + misfits.index(True)
    _, name, name_zh = layout[position - 1]
    return wrong_character(code, position, name, name_zh)


def _electric(code: str) -> tuple[_Field, ...]:
    """Guess from the third character which of the two is meant."""
    return _LARGE_ELECTRIC if code[2] in _DIGITS else _SMALL_ELECTRIC
