"""How a column of values travels to PostgreSQL as one binary parameter."""

from __future__ import annotations

from collections.abc import Iterable
from struct import Struct

import psycopg
from psycopg.adapt import Dumper
from psycopg.pq import Format

# PostgreSQL's array_recv: dimensions, may hold nulls, type of an element, length, first index.
_HEADER = Struct(">iiiii").pack
_EMPTY = Struct(">iii").pack
_LENGTH = Struct(">i").pack
_NULL = _LENGTH(-1)
# A number's length travels before it as well.
_INT4 = Struct(">ii").pack
_INT8 = Struct(">iq").pack
_FLOAT8 = Struct(">id").pack


# Packed here, an array has the same type whatever is in it: the driver would choose the narrowest
# integer, and the server would prepare one more statement for each.
class _Packed(bytes):
    element = 0

    @classmethod
    def of(cls, elements: list[bytes]) -> _Packed:
        """Put the header before elements that have their lengths before them already."""
        if not elements:
            return cls(_EMPTY(0, 0, cls.element))
        return cls(_HEADER(1, 1, cls.element, len(elements), 1) + b"".join(elements))


class _Texts(_Packed):
    element = 25


class _Datas(_Packed):
    element = 17


class _Ints(_Packed):
    element = 23


class _Bigints(_Packed):
    element = 20


class _Floats(_Packed):
    element = 701


class _AsItIs(Dumper):
    format = Format.BINARY

    def dump(self, obj: bytes) -> bytes:
        return obj


def texts(values: Iterable[str | None]) -> bytes:
    """A `text[]` parameter."""
    return _Texts.of(text_fields(values))


def datas(values: Iterable[bytes | None]) -> bytes:
    """A `bytea[]` parameter."""
    return _Datas.of([_NULL if value is None else _LENGTH(len(value)) + value for value in values])


def ints(values: Iterable[int]) -> bytes:
    """An `int[]` parameter."""
    return _Ints.of(int_fields(values))


def bigints(values: Iterable[int | None]) -> bytes:
    """A `bigint[]` parameter."""
    return _Bigints.of(bigint_fields(values))


def floats(values: Iterable[float]) -> bytes:
    """A `float8[]` parameter."""
    return _Floats.of(float_fields(values))


# A field of a row that is copied is written as an element of an array is.
def text_fields(values: Iterable[str | None]) -> list[bytes]:
    """Write each text as one field."""
    return [
        _NULL if value is None else _LENGTH(len(data := value.encode())) + data for value in values
    ]


def int_fields(values: Iterable[int]) -> list[bytes]:
    """Write each number as a field of four bytes."""
    return [_INT4(4, value) for value in values]


def bigint_fields(values: Iterable[int | None]) -> list[bytes]:
    """Write each number as a field of eight bytes."""
    return [_NULL if value is None else _INT8(8, value) for value in values]


def float_fields(values: Iterable[float]) -> list[bytes]:
    """Write each number as a floating-point field."""
    return [_FLOAT8(8, value) for value in values]


for _kind, _oid in (
    (_Texts, 1009),
    (_Datas, 1001),
    (_Ints, 1007),
    (_Bigints, 1016),
    (_Floats, 1022),
):
    psycopg.adapters.register_dumper(_kind, type(_kind.__name__, (_AsItIs,), {"oid": _oid}))
