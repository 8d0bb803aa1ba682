"""Which check character closes a code under ISO 7064 MOD 37,36?"""

ALPHABET = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"

# After each character the sum is one of 1..36; the next one is looked up, not computed.
_NEXT = [
    {c: ((p + value) % 36 or 36) * 2 % 37 for value, c in enumerate(ALPHABET)} for p in range(37)
]


def check_character(body: str) -> str:
    """Give the character that makes `body` followed by it valid; `body` is of 0-9 and A-Z."""
    return ALPHABET[(1 - _sum(body)) % 36]


def is_checked(text: str) -> bool:
    """Tell whether the last character of `text` is the check character of what precedes it."""
    return (_sum(text[:-1]) + ALPHABET.index(text[-1])) % 36 == 1


def base36(number: int, width: int) -> str:
    """Write a number in the same alphabet, with leading zeros."""
    assert 0 <= number < 36**width, f"{number} does not fit {width} characters"
    digits = ""
    for _ in range(width):
        number, value = divmod(number, 36)
        digits = ALPHABET[value] + digits
    return digits


def _sum(body: str) -> int:
    p = 36
    for c in body:
        p = _NEXT[p][c]
    return p
