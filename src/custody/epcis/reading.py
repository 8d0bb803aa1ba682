"""Is this a JSON text that any two readers read alike, and what does it say?"""

from json import loads
from typing import Any, Final

import orjson

from custody.terms import Refused

DOCUMENT_BYTES_MAX: Final = 4 * 1024 * 1024
NESTING_MAX: Final = 32
"""Levels of a document; an event with a sensor has nine."""

_HOLDERS: Final = (dict, list)


def value(body: bytes) -> Any:
    """Read a JSON text strictly: each name once, nothing that is no JSON, not too deep."""
    if len(body) > DOCUMENT_BYTES_MAX:
        raise Refused("epcis_too_large", bytes=DOCUMENT_BYTES_MAX)
    try:
        found = orjson.loads(body)
        # A reader that keeps one value a name gives the same bytes back: then none was lost.
        if orjson.dumps(found) != body:
            loads(body, object_pairs_hook=_each_once)
    except (ValueError, RecursionError) as error:
        raise Refused("invalid_json") from error
    if _goes_too_deep(found):
        raise Refused("invalid_json")
    return found


def _goes_too_deep(found: Any) -> bool:
    """Tell whether more levels lie within each other than we read: level by level, not by text."""
    level = [found] if isinstance(found, _HOLDERS) else []
    for _ in range(NESTING_MAX):
        level = [
            inner
            for one in level
            for inner in (one.values() if isinstance(one, dict) else one)
            if isinstance(inner, _HOLDERS)
        ]
    return bool(level)


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    if len({name for name, _ in pairs}) < len(pairs):
        raise Refused("name_twice")
