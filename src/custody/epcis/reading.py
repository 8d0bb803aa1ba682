"""Is this a JSON text that any two readers read alike, and what does it say?"""

import re
from json import loads
from typing import Any, Final

import orjson

from custody.terms import Refused

DOCUMENT_BYTES_MAX: Final = 4 * 1024 * 1024
NESTING_MAX: Final = 32
"""Levels of a document; an event with a sensor has nine."""

_brackets = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL).finditer


def value(body: bytes) -> Any:
    """Read a JSON text strictly: each name once, nothing that is no JSON, not too deep."""
    if len(body) > DOCUMENT_BYTES_MAX:
        raise Refused("epcis_too_large", bytes=DOCUMENT_BYTES_MAX)
    if _depth(body) > NESTING_MAX:
        raise Refused("invalid_json")
    try:
        found = orjson.loads(body)
        # A reader that keeps one value a name gives the same bytes back: then none was lost.
        if orjson.dumps(found) != body:
            loads(body, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise Refused("invalid_json") from error
    return found


def _depth(body: bytes) -> int:
    """Return how deep a JSON text goes; brackets within its texts do not count."""
    depth = deepest = 0
    for found in _brackets(body):
        mark = found[0]
        if mark in (b"{", b"["):
            depth += 1
            deepest = max(deepest, depth)
        elif mark in (b"}", b"]"):
            depth -= 1
    return deepest


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise Refused("name_twice")
