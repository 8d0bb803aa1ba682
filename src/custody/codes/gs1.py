"""Which GS1 numbers are well formed: of goods (GTIN), places (GLN) and logistic units (SSCC)?"""

from typing import Final

from custody.codes.digits import digits
from custody.codes.errors import wrong_check

GTIN_LENGTHS: Final = (8, 12, 13, 14)
GLN_LENGTH: Final = 13
SSCC_LENGTH: Final = 18


def gs1_check_digit(body: str) -> str:
    """Give the digit that closes `body`, by weights 3, 1, 3, 1 … from the right."""
    return str(-sum(map(int, body[-1::-2] * 3 + body[-2::-2])) % 10)


def gtin(text: str) -> str:
    """Return a trade item number of 8, 12, 13 or 14 digits, or say what is wrong with it."""
    return _checked(text, *GTIN_LENGTHS)


def gln(text: str) -> str:
    """Return a location number, or say what is wrong with it."""
    return _checked(text, GLN_LENGTH)


def sscc(text: str) -> str:
    """Return a shipping container code, or say what is wrong with it."""
    return _checked(text, SSCC_LENGTH)


def _checked(text: str, *lengths: int) -> str:
    code = digits(text, *lengths)
    if code[-1] != gs1_check_digit(code[:-1]):
        raise wrong_check(code, len(code))
    return code
