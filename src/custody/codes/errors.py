"""How is a malformed code told to a program, and to a person in English or Chinese?"""


class CodeError(ValueError):
    """The text is no code of its scheme; `position` counts characters of the code from 1.

    `code` is stable: scheme_unknown, code_empty, code_too_long, code_length, code_shape,
    code_character, code_check, code_date, division_unknown, un_lead_acid, public_key_not_canonical,
    public_key_not_on_curve, public_key_weak, public_key_mixed.
    """

    def __init__(self, code: str, detail: str, detail_zh: str, position: int | None = None) -> None:
        super().__init__(detail)
        self.code = code
        self.detail = detail
        self.detail_zh = detail_zh
        self.position = position

    def __reduce__(self) -> tuple[object, ...]:
        return CodeError, (self.code, self.detail, self.detail_zh, self.position)


def empty() -> CodeError:
    """Nothing is left once spaces and hyphens are gone."""
    return CodeError("code_empty", "the code is empty", "编码为空")


def wrong_length(length: int, expected: str, expected_zh: str) -> CodeError:
    """The number of characters alone shows that something is missing or doubled."""
    return CodeError(
        "code_length",
        f"the code has {length} characters, expected {expected}",
        f"编码为{length}位，应为{expected_zh}",
    )


def too_long(limit: int) -> CodeError:
    """Longer than any code that we keep."""
    return CodeError(
        "code_too_long",
        f"the code is longer than {limit} characters",
        f"编码超过{limit}位",
    )


def wrong_character(
    text: str, position: int, expected: str | None = None, expected_zh: str | None = None
) -> CodeError:
    """Say which character does not fit, where, and what would."""
    found = text[position - 1]
    shown = found if found.isprintable() else ascii(found)
    return CodeError(
        "code_character",
        f"character {position} is {shown}" + (f", expected {expected}" if expected else ""),
        f"第{position}位为{shown}" + (f"，应为{expected_zh}" if expected_zh else ""),
        position,
    )


def wrong_check(text: str, position: int) -> CodeError:
    """Some character was misread; no one can tell which, so the right one is not offered."""
    return CodeError(
        "code_check",
        f"the check character {text[position - 1]} does not fit the code",
        f"校验码{text[position - 1]}不符",
        position,
    )


def wrong_date(text: str, first: int, last: int) -> CodeError:
    """The characters are allowed, the day they name is not on the calendar."""
    date = text[first - 1 : last]
    return CodeError(
        "code_date",
        f"characters {first} to {last} ({date}) name a day that does not exist",
        f"第{first}至{last}位（{date}）不是存在的日期",
        first,
    )
