"""How does an answer's JSON become an object of a class, by what the class says of its fields?

Names that a class does not know are passed over, since a service may learn to tell more; a name
that is missing, or holds something else, is not the service's answer.
"""

import types
from collections.abc import Callable
from dataclasses import MISSING, Field, fields, is_dataclass
from datetime import datetime
from functools import cache
from typing import Any, Final, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

from custody.client.conversation import Answered, as_json
from custody.client.problems import Garbled

T = TypeVar("T")

Read = Callable[[Any], Any]

NAME: Final = "name"


def named(name: str) -> dict[str, str]:
    """Say, as a field's metadata, what it is called in JSON: its name is a word of Python's."""
    return {NAME: name}


def name_of(one: Field[Any]) -> str:
    """Return what a field is called in JSON."""
    name: str = one.metadata.get(NAME, one.name)
    return name


def reads(kind: type[T]) -> Callable[[Answered], T]:
    """Return what reads an answer as an object of a class. It raises Garbled."""

    def read(answered: Answered) -> T:
        told: T = of(kind, as_json(answered))
        return told

    return read


def of(kind: Any, told: Any) -> Any:
    """Read JSON values as a class, or a type made of classes. Raises Garbled."""
    try:
        return _reader(kind)(told)
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise Garbled(f"not {getattr(kind, '__name__', kind)}: {error!r}") from error


@cache
def _reader(kind: Any) -> Read:
    """Make what reads one type; it raises whatever its values make it raise."""
    origin, inner = get_origin(kind), get_args(kind)
    if origin in (types.UnionType, Union):
        return _first_of(inner)
    if origin is tuple:
        return _each(_reader(inner[0]))
    if is_dataclass(origin or kind):
        return _object(kind)
    if kind is datetime:
        return datetime.fromisoformat
    if kind is Any:
        return lambda told: told
    if origin is Literal:
        return _one_of(inner)
    return _exactly(origin or kind)


def _exactly(kind: type) -> Read:
    kinds = (int, float) if kind is float else kind

    def read(told: Any) -> Any:
        if not isinstance(told, kinds) or (isinstance(told, bool) and kind is not bool):
            raise TypeError(f"{told!r:.80} is no {kind.__name__}")
        return told

    return read


def _one_of(values: tuple[Any, ...]) -> Read:
    def read(told: Any) -> Any:
        if told not in values:
            raise ValueError(f"{told!r:.80} is none of {values}")
        return told

    return read


def _each(read: Read) -> Read:
    def read_all(told: Any) -> Any:
        if not isinstance(told, list):
            raise TypeError(f"{told!r:.80} is no list")
        return tuple(read(one) for one in told)

    return read_all


def _first_of(kinds: tuple[Any, ...]) -> Read:
    """Read as the first type of a union that it can be; null is null."""
    readers = [_reader(kind) for kind in kinds if kind is not types.NoneType]
    nothing = types.NoneType in kinds

    def read(told: Any) -> Any:
        if told is None and nothing:
            return None
        for one in readers[:-1]:
            try:
                return one(told)
            except (KeyError, TypeError, ValueError):
                continue
        return readers[-1](told)

    return read


def _object(kind: Any) -> Read:
    plain = get_origin(kind) or kind
    meant = dict(zip(getattr(plain, "__parameters__", ()), get_args(kind), strict=True))
    hints = get_type_hints(plain)
    known = [
        (one.name, name_of(one), _reader(_filled(hints[one.name], meant)), may_be_absent(one))
        for one in fields(plain)
    ]

    def read(told: Any) -> Any:
        if not isinstance(told, dict):
            raise TypeError(f"{told!r:.80} is no object")
        said = {}
        for own, name, of_one, optional in known:
            if name in told:
                said[own] = of_one(told[name])
            elif not optional:
                raise KeyError(name)
        return plain(**said)

    return read


def _filled(hint: Any, meant: dict[Any, Any]) -> Any:
    """Put the types that are meant in the place of those that a generic class leaves open."""
    open_ = getattr(hint, "__parameters__", ())
    return hint[tuple(meant[one] for one in open_)] if open_ else hint


def may_be_absent(one: Field[Any]) -> bool:
    """Tell whether an answer may leave a field out."""
    return one.default is not MISSING or one.default_factory is not MISSING
