"""Do any two readers of a JSON text read the same, and how deep does it go?

A name that stands twice in an object is read once: by some readers the first, by others the last.
So a text says the same to all if it gives as many names as were read; there is no need to read it
again pair by pair, which takes ten times as long.
"""

from typing import Any, NamedTuple

import orjson


class Shape(NamedTuple):
    """How much was read: its names, and how many levels lie within each other."""

    names: int
    levels: int


def shape(found: Any) -> Shape:
    """Go through what was read, level by level."""
    names = levels = 0
    level = [found] if isinstance(found, dict | list) else []
    while level:
        levels += 1
        inner: list[Any] = []
        for one in level:
            if type(one) is dict:
                names += len(one)
                inner += one.values()
            else:
                inner += one
        level = [one for one in inner if type(one) is dict or type(one) is list]
    return Shape(names, levels)


def each_once(text: bytes, found: Any, names: int) -> bool:
    """Tell whether each name stands once in its object, given what was read of a sound text."""
    return comes_back(text, found) or _names_in(text) == names


def comes_back(text: bytes, found: Any) -> bool:
    """Tell whether what was read is written in the same bytes again: then nothing was lost.

    Most terminals write as tersely as we do.
    """
    try:
        return orjson.dumps(found) == text
    except TypeError:  # it goes deeper than can be written
        return False


def _names_in(text: bytes) -> int:
    """Count the names that a text gives: before each stands a colon, outside all strings."""
    if b"\\" in text:  # what ends a string is a quotation mark that none escapes
        text = text.replace(b"\\\\", b"").replace(b'\\"', b"")
    return b"".join(text.split(b'"')[::2]).count(b":")
