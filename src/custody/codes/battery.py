"""Is this text a battery's reference, `scheme:CODE`, and how is it written?"""

import re
from collections.abc import Callable
from typing import Final

from custody.codes.errors import CodeError, empty, too_long, wrong_character
from custody.codes.gbt34014 import check_gbt34014, is_gbt34014
from custody.codes.normal import normalise
from custody.codes.tag import check_tag, is_tag

SCHEMES: Final = ("gbt34014", "gb43854", "maker", "tag", "giai", "sgtin")
CODE_MAX: Final = 64  # characters of a code once normalised
RAW_MAX: Final = 4 * CODE_MAX  # characters that we care to normalise

# Printable ASCII that `normalise` leaves alone: no blank, no hyphen, no lower case.
_PLAIN = re.compile(rf"[!-,.-`{{-~]{{1,{CODE_MAX}}}").fullmatch

# Every battery of every movement comes through here, nearly always normalised already.
_IS_NORMAL: dict[str, Callable[[str], object]] = {
    "gbt34014": is_gbt34014,
    "gb43854": _PLAIN,
    "maker": _PLAIN,
    "tag": is_tag,
    "giai": _PLAIN,
    "sgtin": _PLAIN,
}


def battery_ref(text: str) -> str:
    """Return the reference with its code normalised, or say what is wrong with it."""
    scheme, _, code = text.partition(":")
    is_normal = _IS_NORMAL.get(scheme)
    if is_normal is not None and is_normal(code):
        return text
    return f"{known_scheme(scheme)}:{_checked(scheme, code)}"


def is_code(scheme: str, code: str) -> bool:
    """Tell whether the text, as it stands, is a code of a scheme that we know."""
    if _IS_NORMAL[scheme](code):
        return True
    if scheme != "maker" or code.isascii():  # in ASCII there is nothing else
        return False
    return len(code) <= CODE_MAX and code.isprintable() and normalise(code) == code


def known_scheme(scheme: str) -> str:
    """Return a scheme that we know, or say which ones there are."""
    if scheme in SCHEMES:
        return scheme
    names = ", ".join(SCHEMES)
    raise CodeError(
        "scheme_unknown",
        f"expected scheme:CODE, with a plain colon and one of these schemes as it stands: {names}",
        f"应为“编码体系:编码”（半角冒号），编码体系照此书写：{names}",
    )


def _checked(scheme: str, code: str) -> str:
    if len(code) > RAW_MAX:
        raise too_long(CODE_MAX)
    code = normalise(code)
    if not code:
        raise empty()
    if scheme == "gbt34014":
        return check_gbt34014(code)
    if scheme == "tag":
        return check_tag(code)
    if len(code) > CODE_MAX:
        raise too_long(CODE_MAX)
    for position, c in enumerate(code, 1):
        if not c.isprintable() or (scheme != "maker" and not c.isascii()):
            raise wrong_character(code, position, "printable ASCII", "可打印的ASCII字符")
    return code
