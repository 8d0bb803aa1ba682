"""Which unified social credit codes (统一社会信用代码, GB 32100-2015) are well formed?"""

import re
from typing import Final

from custody.codes.errors import CodeError, empty, wrong_character, wrong_check, wrong_length
from custody.codes.normal import normalise

USCC_LENGTH: Final = 18

_ALPHABET: Final = "0123456789ABCDEFGHJKLMNPQRTUWXY"  # no I, O, S, V, Z
_DIGITS: Final = "0123456789"
_WEIGHTS: Final = tuple(3**i % 31 for i in range(17))
_INNER_WEIGHTS: Final = (3, 7, 9, 10, 5, 8, 4, 2)  # of the organisation code, GB 11714
_INNER_ALPHABET: Final = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

_SHAPE = re.compile(rf"[{_ALPHABET}]{{2}}[0-9]{{6}}[{_ALPHABET}]{{10}}")
_RAW_MAX: Final = 64


def uscc(text: str) -> str:
    """Return the code normalised, or say what is wrong with it.

    Early pilot codes, `M000` from the ninth character, are legally valid though their check
    character is not the standard's; they pass, and `is_legacy_uscc` tells them.
    """
    if len(text) > _RAW_MAX:
        raise wrong_length(len(text), str(USCC_LENGTH), f"{USCC_LENGTH}位")
    code = normalise(text)
    if _SHAPE.fullmatch(code) is None:
        raise _fault(code)
    if code[17] != _check(code[:17]) and not is_legacy_uscc(code):
        raise wrong_check(code, USCC_LENGTH)
    return code


def is_legacy_uscc(code: str) -> bool:
    """Tell a pilot code whose check character cannot be relied on: look it up instead."""
    pilot = code[8:12] == "M000" and _SHAPE.fullmatch(code) is not None
    return pilot and code[17] != _check(code[:17])


def make_uscc(division: str, serial: int, kind: str = "91") -> str:
    """Build a code for an organisation of our own invention; `kind` 91 is a company.

    Its organisation part begins with YY, a series that is not issued, so that no real
    organisation finds itself in a demonstration.
    """
    digits = ""
    for _ in range(6):
        serial, value = divmod(serial, len(_ALPHABET))
        digits = _ALPHABET[value] + digits
    assert serial == 0, "the serial does not fit six characters"
    body = f"{kind}{division}YY{digits}"
    body += _inner_check(body[8:])
    return uscc(body + _check(body))


def _check(body: str) -> str:
    total = sum(w * _ALPHABET.index(c) for w, c in zip(_WEIGHTS, body, strict=True))
    return _ALPHABET[-total % 31]


def _inner_check(body: str) -> str:
    pairs = zip(_INNER_WEIGHTS, body, strict=True)
    return "0123456789X"[-sum(w * _INNER_ALPHABET.index(c) for w, c in pairs) % 11]


def _fault(code: str) -> CodeError:
    if not code:
        return empty()
    if len(code) != USCC_LENGTH:
        return wrong_length(len(code), str(USCC_LENGTH), f"{USCC_LENGTH}位")
    fields = [_ALPHABET] * 2 + [_DIGITS] * 6 + [_ALPHABET] * 10
    wrong = (c not in allowed for c, allowed in zip(code, fields, strict=True))
    position = 1 + list(wrong).index(True)
    if fields[position - 1] is _DIGITS:
        return wrong_character(code, position, "a digit of the division", "行政区划数字")
    return wrong_character(
        code, position, "a digit or letter, no I O S V Z", "数字或字母（无I、O、S、V、Z）"
    )
