"""Which surrogate tags are ours: `EB`, year, division, counter, check character?"""

import re
from typing import Final

from custody.codes.errors import CodeError, wrong_character, wrong_check, wrong_length
from custody.codes.mod37_36 import check_character, is_checked

TAG_LENGTH: Final = 17
COUNTER_MAX: Final = 999_999  # tags a division can issue in a year

_TAG = re.compile(r"EB[0-9]{14}[0-9A-Z]")


def tag(year: int, division: str, counter: int) -> str:
    """Build the tag that a book of tags holds; `year` is that of issue, in full."""
    assert 0 <= counter <= COUNTER_MAX, f"counter {counter} is over {COUNTER_MAX}"
    body = f"EB{year % 100:02}{division}{counter:06}"
    return check_tag(body + check_character(body))


def is_tag(text: str) -> bool:
    """Tell whether the text, as it stands, is one of our tags."""
    return _TAG.fullmatch(text) is not None and is_checked(text)


def check_tag(text: str) -> str:
    """Return a normalised tag, or say what is wrong with it."""
    if is_tag(text):
        return text
    raise _fault(text)


def _fault(text: str) -> CodeError:
    if len(text) != TAG_LENGTH:
        return wrong_length(len(text), str(TAG_LENGTH), f"{TAG_LENGTH}位")
    for position, c in enumerate(text, 1):
        if position <= 2 and c != "EB"[position - 1]:
            return wrong_character(text, position, "EB at the start", "以EB开头")
        if 2 < position < TAG_LENGTH and c not in "0123456789":
            return wrong_character(text, position, "a digit", "数字")
    if not (text[-1].isascii() and text[-1].isalnum()):
        return wrong_character(text, TAG_LENGTH, "a check character", "校验码")
    return wrong_check(text, TAG_LENGTH)
