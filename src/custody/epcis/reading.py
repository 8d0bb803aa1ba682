"""Is this a JSON text that any two readers read alike, and what does it say?"""

from collections.abc import Iterator
from itertools import islice
from json import loads
from math import isinf
from typing import Any, Final

import orjson

from custody.events.alike import each_once, shape
from custody.events.complaints import pointer
from custody.events.not_json import not_json, too_deep
from custody.terms import FieldError, Refused

DOCUMENT_BYTES_MAX: Final = 4 * 1024 * 1024
NUMBER_MAX: Final = "1.7976931348623157e308"
"""The largest number that is kept: of 64 bits with a floating point."""

BEYOND_MAX: Final = 10
"""Numbers beyond it that are told of at once."""

NESTING_MAX: Final = 32
"""Levels of a document; an event with a sensor has nine."""


def value(body: bytes) -> Any:
    """Read a JSON text strictly: each name once, nothing that is no JSON, not too deep."""
    if len(body) > DOCUMENT_BYTES_MAX:
        raise Refused("epcis_too_large", bytes=DOCUMENT_BYTES_MAX)
    try:
        found = orjson.loads(body)
    except ValueError as error:
        raise _refusal(body) from error
    names, levels = shape(found)
    if not each_once(body, found, names):
        raise Refused("name_twice")
    if levels > NESTING_MAX:
        raise too_deep(body, NESTING_MAX) or Refused("invalid_json")
    return found


def _refusal(body: bytes) -> Refused:
    """Say what keeps a text from being read: a number beyond what we keep, or that it is no JSON.

    Every number is read as a floating-point one here, of which the least too large is infinite.
    """
    try:
        found = loads(body, parse_int=float, parse_constant=_no_number)
        beyond = [*islice(_beyond(found, ()), BEYOND_MAX)]
    except (ValueError, RecursionError):
        return not_json(body)
    return Refused("epcis_invalid", *beyond) if beyond else not_json(body)


def _beyond(found: Any, at: tuple[str | int, ...]) -> Iterator[FieldError]:
    """Find the numbers that are beyond what we keep."""
    if isinstance(found, float) and isinf(found):
        yield FieldError(pointer(at), "epcis_number_beyond", {"bound": NUMBER_MAX})
    elif isinstance(found, dict):
        for name, inner in found.items():
            yield from _beyond(inner, (*at, name))
    elif isinstance(found, list):
        for index, inner in enumerate(found):
            yield from _beyond(inner, (*at, index))


def _no_number(text: str) -> None:
    raise ValueError(text)
