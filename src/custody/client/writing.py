"""How is a movement written down, and what does a program say of instants to the service?"""

import json
import secrets
import time
from collections.abc import Mapping
from datetime import datetime
from typing import Any

Movement = dict[str, Any]
"""A movement in the fields that the OpenAPI document gives its type."""


def movement(
    type_: str, site: str, *, occurred_at: datetime | str, id_: str | None = None, **fields: Any
) -> Movement:
    """Write a movement down, with an id of its own: to be sent again, it is kept as it is.

    Instants need an offset; `occurred_at` may be one that is written already, as RFC 3339 has it.
    Raises ValueError, and TypeError for an `occurred_at` that is no instant.
    """
    at = _occurred(occurred_at)
    head = {"id": id_ or uuid7(), "type": type_, "occurred_at": at, "site": site}
    return head | {name: _said(value) for name, value in fields.items() if value is not None}


def uuid7(millis: int | None = None) -> str:
    """Make an id that begins with its time (RFC 9562), and that nobody else makes."""
    at = time.time_ns() // 1_000_000 if millis is None else millis
    chance = secrets.randbits(74)
    number = at << 80 | 7 << 76 | (chance >> 62) << 64 | 2 << 62 | (chance & (1 << 62) - 1)
    digits = f"{number:032x}"
    return "-".join([digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]])


def instant(at: datetime) -> str:
    """Write an instant with its offset, to the millisecond (RFC 3339).

    Raises ValueError for one without an offset: nobody else knows which it would be.
    """
    if at.utcoffset() is None:
        raise ValueError(f"{at.isoformat()} has no offset; give it a time zone")
    return at.isoformat(timespec="milliseconds")


def serialised(one: Mapping[str, Any]) -> bytes:
    """Write a movement in the bytes that are sent; it has no line end in it. Raises ValueError."""
    return json.dumps(
        one, ensure_ascii=False, allow_nan=False, separators=(",", ":"), default=_otherwise
    ).encode()


def _occurred(at: Any) -> str:
    """Write when a movement occurred; what is wrong with it is said by the field's name."""
    if not isinstance(at, str | datetime):
        raise TypeError(
            "occurred_at: expected a datetime with a time zone, or a text such as "
            f"2026-03-01T09:12:00+08:00; got {type(at).__name__}"
        )
    try:
        return instant(datetime.fromisoformat(at) if isinstance(at, str) else at)
    except ValueError as error:
        raise ValueError(f"occurred_at: {error}") from error


def _said(value: Any) -> Any:
    return instant(value) if isinstance(value, datetime) else value


def _otherwise(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant(value)
    raise ValueError(f"{value!r:.80} is nothing that JSON can say")
