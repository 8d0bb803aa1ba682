"""What do a tracking number, an EPA id and a waste line become among our own names?"""

import re
from collections.abc import Callable
from hashlib import sha256
from typing import Final

from pydantic import AfterValidator
from pydantic_core import PydanticCustomError

from custody.codes import CodeError
from custody.terms import Millis

PLACEHOLDER: Final = "CHANGE ME"
"""What EPA's own examples bear instead of a number."""

ABROAD: Final = "000000"
"""The division of a site that lies in none of ours."""

ORDINAL_MAX: Final = 0xFFF

_TRACKING = re.compile(r"[0-9]{9}[A-Z]{3}")
_EPA_SITE = re.compile(r"[A-Z]{2}[A-Za-z0-9]{2,10}")


def tracking_number(text: str) -> str:
    """Return a manifest's tracking number, or say what is wrong with it."""
    if _TRACKING.fullmatch(text):
        return text
    raise CodeError(
        "tracking_number",
        "expected nine digits and three capital letters, such as 100032713ELC; a manifest that "
        "has no number yet leaves it out",
        "应为9位数字加3位大写字母，例如 100032713ELC；尚无编号时请省略此字段",
    )


def tracking_number_or_none(text: str | None) -> str | None:
    """Return the number, or None for a manifest that bears no number yet."""
    return None if text is None or text == PLACEHOLDER else tracking_number(text)


def epa_site(text: str) -> str:
    """Return a party's EPA id, or say what is wrong with it."""
    if _EPA_SITE.fullmatch(text):
        return text.upper()
    raise CodeError(
        "epa_site",
        "expected an EPA id: two capital letters and 2 to 10 letters or digits, such as "
        "VATEST000001",
        "应为 EPA 编号：2位大写字母加2至10位字母或数字，例如 VATEST000001",
    )


def ruled(rule: Callable[..., object]) -> AfterValidator:
    """Let a code's own rule speak through pydantic."""

    def checked(text: object) -> object:
        try:
            return rule(text)
        except CodeError as error:
            particulars = {"rule": error.code, "error": error}
            raise PydanticCustomError("code", "{rule}", particulars) from None

    return AfterValidator(checked)


def provisional_number(digest: str) -> str:
    """Name a manifest without a number after its file."""
    return f"UNNUMBERED.{digest[:16].upper()}"


def is_provisional(number: str) -> bool:
    """Tell a number of ours from one of EPA's."""
    return _TRACKING.fullmatch(number) is None


def consignment(number: str) -> str:
    """Name the consignment of a manifest."""
    return f"x:{number}"


def external_site(epa_id: str) -> str:
    """Name the site of a party that is none of ours."""
    return f"{ABROAD}-{epa_id}"


def line_item(number: str, line: int) -> str:
    """Refer to what a waste line says. A code has no hyphens: 1-3 and 13 would become the same."""
    return f"maker:{number}.L{line}"


def residue_item(number: str, line: int) -> str:
    """Refer to what of a waste line could not be got out of its containers."""
    return f"{line_item(number, line)}.RESIDUE"


def rejected_item(number: str, part: int) -> str:
    """Refer to a part of a manifest that was turned away, whichever lines it came from."""
    return f"maker:{number}.R{part}"


def movement_id(at: Millis, number: str, role: str, ordinal: int) -> str:
    """Make the UUIDv7 of a movement: the manifest's own instant, and a hash of number and role.

    The ordinal stands where a version 7 may count, before the hash: several movements of a type in
    one manifest are in order though they bear the same instant.
    """
    assert 0 <= ordinal <= ORDINAL_MAX
    chance = int(sha256(f"emanifest {number} {role}".encode()).hexdigest()[:16], 16)
    digits = f"{at:012x}7{ordinal:03x}{chance >> 2 | 1 << 63:016x}"
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))
