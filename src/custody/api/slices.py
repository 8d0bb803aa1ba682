"""Where does each movement begin and end in a body? Its bytes are its own slice."""

from json import loads
from typing import Any

import orjson
from msgspec import DecodeError, Raw
from msgspec.json import Decoder

from custody.events.alike import comes_back, each_once, shape
from custody.events.not_json import not_json, too_deep
from custody.terms import Refused

MOVEMENTS_MAX = 1_000
MOVEMENT_BYTES_MAX = 256 * 1024
"""Of one movement: a thousand batteries with their codes at full length take half of it."""

NESTING_MAX = 32
"""Levels of a body; a movement has five."""

_array = Decoder(list[Raw])
_BLANK = b" \t\r\n"


def is_array(body: bytes) -> bool:
    """Tell whether a JSON text is an array, by its first character."""
    return body.lstrip(_BLANK)[:1] == b"["


def one(body: bytes) -> bytes:
    """Return the bytes of the only movement, without the blanks around it."""
    return body.strip(_BLANK)


def of_array(body: bytes) -> list[bytes]:
    """Cut a JSON array into the bytes of its elements; whether each is sound, its reader says."""
    try:
        elements = _array.decode(body)
    except (DecodeError, RecursionError, UnicodeDecodeError) as error:
        raise not_json(body) from error
    return _bounded([bytes(element) for element in elements])


def of_lines(body: bytes) -> list[bytes]:
    """Cut NDJSON into its lines; blank ones say nothing."""
    return _bounded([line for line in map(one, body.split(b"\n")) if line])


def assert_sound(movement: bytes) -> None:
    """Refuse what two readers could read differently, since the bytes are kept for good.

    Our own reader would take a name that stands twice, or NaN in its place: the last one counts.
    """
    if len(movement) > MOVEMENT_BYTES_MAX:
        raise Refused("movement_too_large", bytes=MOVEMENT_BYTES_MAX)
    assert_read_alike(movement)


def assert_read_alike(body: bytes) -> None:
    """Refuse a JSON text in which a name stands twice, that is no JSON, or goes too deep."""
    if _is_read_alike(body):
        return
    if (deep := too_deep(body, NESTING_MAX)) is not None:
        raise deep
    try:
        loads(body, object_pairs_hook=_each_once, parse_constant=_no_json)
    except (ValueError, RecursionError) as error:
        raise not_json(body) from error


def _is_read_alike(body: bytes) -> bool:
    """Tell whether a strict reader that keeps one value a name lost none, and went not too deep.

    Whatever else it is, is said of what is read again pair by pair.
    """
    try:
        found = orjson.loads(body)
    except orjson.JSONDecodeError:
        return False
    # What opens so seldom cannot go deeper; to count it takes no time.
    if body.count(b"{") + body.count(b"[") <= NESTING_MAX and comes_back(body, found):
        return True
    names, levels = shape(found)
    return levels <= NESTING_MAX and each_once(body, found, names)


def _each_once(pairs: list[tuple[str, Any]]) -> None:
    if len(dict(pairs)) < len(pairs):
        raise Refused("name_twice")


def _no_json(constant: str) -> None:
    raise ValueError(constant)


def _bounded(slices: list[bytes]) -> list[bytes]:
    if len(slices) > MOVEMENTS_MAX:
        raise Refused("too_many_movements", max=MOVEMENTS_MAX)
    return slices
