"""Which batteries could be meant instead: what is one slip of the hand away?

A slip is one character read as another, left out or put in, or two neighbours swapped: the
distance of Damerau and Levenshtein is 1. A code that has no check character has hundreds of lawful
neighbours, so that a neighbour in stock is worth a question and proves nothing.
"""

from collections.abc import Collection, Iterator
from typing import Final

from custody.codes.battery import CODE_MAX, RAW_MAX, battery_ref, is_code, known_scheme
from custody.codes.mod37_36 import ALPHABET
from custody.codes.normal import normalise
from custody.codes.tag import TAG_LENGTH

# What a slip can put in: every printable ASCII character that a normalised code can hold.
_ASCII: Final = "".join(c for c in map(chr, range(0x21, 0x7F)) if normalise(c) == c)
_ANY_LENGTH: Final = range(1, CODE_MAX + 1)
_FIXED: Final[dict[str, Collection[int]]] = {"gbt34014": (19, 24), "tag": (TAG_LENGTH,)}


def near(ref: str) -> Iterator[str]:
    """Yield every battery reference of the same scheme that is one slip away, each once.

    In codes of makers the characters beyond ASCII stay, except that neighbours swap.
    """
    scheme, _, code = battery_ref(ref).partition(":")
    return (f"{scheme}:{other}" for other in near_code(scheme, code))


def near_code(scheme: str, code: str) -> Iterator[str]:
    """Yield the valid codes one slip away, also from a code that is itself not valid."""
    known_scheme(scheme)
    if len(code) > RAW_MAX:
        return iter(())
    code = normalise(code)
    lengths = _FIXED.get(scheme, _ANY_LENGTH)
    alphabet = ALPHABET if scheme in _FIXED else _ASCII
    held = {c for c in code if scheme == "maker" and not c.isascii() and c.isprintable()}
    return (other for other in _slips(code, alphabet, held, lengths) if is_code(scheme, other))


def distance_is_one(a: str, b: str) -> bool:
    """Tell whether one slip turns one text into the other."""
    pairs = enumerate(zip(a, b, strict=False))
    same = next((at for at, (x, y) in pairs if x != y), min(len(a), len(b)))
    a, b = a[same:], b[same:]
    if not (a and b):
        return len(a) + len(b) == 1
    swapped = a[:2] == b[1::-1] and a[2:] == b[2:]
    return swapped or a[1:] == b[1:] or a[1:] == b or a == b[1:]


def _slips(
    code: str, alphabet: str, held: Collection[str], lengths: Collection[int]
) -> Iterator[str]:
    """Yield what a slip makes of the code, of a length that its scheme has, in a fixed order."""
    if len(code) in lengths:
        yield from _misread(code, alphabet, held)
        yield from _swapped(code)
    if len(code) - 1 in lengths:
        yield from _left_out(code, held)
    if len(code) + 1 in lengths:
        yield from _put_in(code, alphabet)


def _misread(code: str, alphabet: str, held: Collection[str]) -> Iterator[str]:
    for at, c in enumerate(code):
        if c not in held:
            before, after = code[:at], code[at + 1 :]
            yield from (before + other + after for other in alphabet if other != c)


def _swapped(code: str) -> Iterator[str]:
    for at in range(1, len(code)):
        left, right = code[at - 1], code[at]
        if left != right:
            yield code[: at - 1] + right + left + code[at + 1 :]


def _left_out(code: str, held: Collection[str]) -> Iterator[str]:
    for at, c in enumerate(code):
        if c not in held and c != code[at - 1 : at]:  # of a run, whichever goes is the same
            yield code[:at] + code[at + 1 :]


def _put_in(code: str, alphabet: str) -> Iterator[str]:
    for at in range(len(code) + 1):
        before, after = code[:at], code[at:]
        yield from (before + c + after for c in alphabet if c != code[at - 1 : at])
