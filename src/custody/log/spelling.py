"""How are bytes and numbers spelt in a log's texts, so that each has one spelling only?"""

import re
from base64 import b64decode, b64encode
from typing import Final

NUMBER_MAX: Final = 2**63 - 1
_DECIMAL = re.compile(r"0|[1-9][0-9]{0,18}")


class Misspelt(ValueError):
    """The text spells nothing, or spells it in another way than the one that counts."""


def base64(content: bytes) -> str:
    """Spell bytes in the standard base64 of RFC 4648 section 4, padded."""
    return b64encode(content).decode("ascii")


def unbase64(text: str) -> bytes:
    """Read standard base64; Misspelt if it has other characters, padding or spare bits."""
    try:
        content = b64decode(text, validate=True)
    except ValueError:
        raise Misspelt(f"{text[:80]!r} is not base64") from None
    if base64(content) != text:
        raise Misspelt(f"{text[:80]!r} is not base64 as it is to be written")
    return content


def decimal(text: str) -> int:
    """Read a number from 0 to 2**63-1 in ASCII digits without leading zeros."""
    if not _DECIMAL.fullmatch(text) or int(text) > NUMBER_MAX:
        raise Misspelt(f"{text[:80]!r} is not a number from 0 to 2**63-1")
    return int(text)


def lines(text: str) -> list[str]:
    """Cut a text into its lines, each of which ends in a newline and in nothing else."""
    if not text.endswith("\n"):
        raise Misspelt("the last line has no newline")
    return text[:-1].split("\n")
