"""Is this text a number of so many digits?"""

from typing import Final

from custody.codes.errors import empty, too_long, wrong_character, wrong_length
from custody.codes.normal import normalise

_RAW_MAX: Final = 64


def digits(text: str, *lengths: int) -> str:
    """Return the digits without blanks and dashes, or say what is wrong with them."""
    if len(text) > _RAW_MAX:
        raise too_long(_RAW_MAX)
    code = normalise(text)
    if not code:
        raise empty()
    if len(code) not in lengths:
        raise wrong_length(len(code), _listed(lengths, ", ", " or "), _listed(lengths) + "位")
    for position, c in enumerate(code, 1):
        if c not in "0123456789":
            raise wrong_character(code, position, "a digit", "数字")
    return code


def _listed(lengths: tuple[int, ...], between: str = "、", last: str = "或") -> str:
    *some, end = map(str, lengths)
    return last.join([between.join(some), end]) if some else end
