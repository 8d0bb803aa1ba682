"""Where does a text stop being JSON? Its place alone is told: what stands there may name people."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from typing import Final, TypeVar

import orjson

from custody.terms import FieldError, Refused

T = TypeVar("T")

_brackets: Final = re.compile(rb'"(?:[^"\\]|\\.)*"?|[\[\]{}]', re.DOTALL).finditer


def not_json(body: bytes) -> Refused:
    """Refuse a text that is no JSON; say after how many bytes, and in which line."""
    at = _first_wrong(body)
    return Refused("invalid_json") if at is None else _refused(body, "not_json", at)


def too_deep(body: bytes, levels: int) -> Refused | None:
    """Refuse a text that goes deeper than so many levels; brackets within its texts do not count.

    It need not be JSON.
    """
    depth = 0
    for found in _brackets(body):
        mark = found[0]
        if mark in (b"{", b"["):
            depth += 1
            if depth > levels:
                return _refused(body, "too_deep", found.start(), bound=levels)
        elif mark in (b"}", b"]"):
            depth -= 1
    return None


def within(body: bytes, cut: Sequence[bytes], read: Iterable[T]) -> list[T | Refused]:
    """Tell of parts that a body was cut into, in their order, where in the whole of it they stop
    being JSON; whatever else was read of one stays.
    """
    return [*_within(body, cut, read)]


def _within(body: bytes, cut: Sequence[bytes], read: Iterable[T]) -> Iterator[T | Refused]:
    begin = counted = 0
    line = 1
    for part, one in zip(cut, read, strict=True):
        begin = body.index(part, begin)
        if isinstance(one, Refused) and one.code == "invalid_json" and one.errors:
            (error,) = one.errors
            at = begin + error.params["byte"]
            line += body.count(b"\n", counted, at)
            counted = at
            params = {**error.params, "byte": at, "line": line}
            yield Refused(one.code, replace(error, params=params))
        else:
            yield one
        begin += len(part)


def _first_wrong(body: bytes) -> int | None:
    """Return after how many bytes a strict reader stopped; None if it reads all of it."""
    try:
        text = body.decode()
    except UnicodeDecodeError as error:
        return error.start
    try:
        orjson.loads(body)
    except orjson.JSONDecodeError as error:
        return len(text[: error.pos].encode())
    return None


def _refused(body: bytes, code: str, at: int, **params: int) -> Refused:
    place = {"byte": at, "line": 1 + body.count(b"\n", 0, at)}
    return Refused("invalid_json", FieldError("", code, {**params, **place}))
