"""Which identifiers does a pattern of EPCs stand for? Those of a range, in the form for comparing.

A pattern is a URN whose last parts are `*` (GS1's Tag Data Standard, "pure identity patterns"):
`urn:epc:idpat:sgtin:9521234.*.*`. A Digital Link has no `*`; but the link of a class, such as
`https://id.gs1.org/01/09521003000442`, says of single things what `…:sgtin:….*` says of them.
"""

from typing import Final, NamedTuple

from custody.epcis.gs1_keys import BY_SCHEME, LGTIN, SGLN, Key
from custody.epcis.identifiers import HOST, PREFIX_LENGTHS, canonical, class_link, key_of_class

BEFORE: Final = "urn:epc:idpat:"
_KEYS: Final = {scheme.removeprefix("id:"): key for scheme, key in BY_SCHEME.items()} | {
    "lgtin": LGTIN
}
_AFTER_ALL: Final = "~"
"""Sorts behind whatever can stand in a Digital Link of a key."""


class NoPattern(ValueError):
    """A text that should be a pattern stands for nothing."""


class Range(NamedTuple):
    """Identifiers from `low` on and before `high` that are of a form: `_` any one, `%` any."""

    low: str
    high: str
    form: str

    def has(self, identifier: str) -> bool:
        """Tell whether an identifier, in the form for comparing, is one of them."""
        return self.low <= identifier < self.high and _is_of(identifier, self.form)


class Matched(NamedTuple):
    """What matches: these very identifiers, or any of these ranges."""

    values: tuple[str, ...] = ()
    ranges: tuple[Range, ...] = ()


def of_things(uri: str) -> Matched:
    """Say which single things match. Raises NoPattern.

    A whole identifier matches itself, and the class of things each thing of that class.
    """
    if uri.startswith(BEFORE):
        return _read(uri, classes=False)
    found = key_of_class(uri)
    if found is None or found.of_class:
        return Matched((canonical(uri),))
    return Matched((canonical(uri),), (_within(canonical(uri), found),))


def of_classes(uri: str) -> Matched:
    """Say which classes of things match. Raises NoPattern."""
    return _read(uri, classes=True) if uri.startswith(BEFORE) else Matched((canonical(uri),))


def _read(uri: str, *, classes: bool) -> Matched:
    scheme, _, rest = uri.removeprefix(BEFORE).partition(":")
    key = _KEYS.get(scheme)
    if key is None:
        raise NoPattern(uri)
    parts = rest.split(".", 1 + key.has_serial)
    wild = parts.index("*") if "*" in parts else len(parts)
    if len(parts) != 2 + key.has_serial or any(one != "*" for one in parts[wild:]):
        raise NoPattern(uri)
    if wild == len(parts):
        if "*" in rest:  # who writes `12*` hardly means the letter
            raise NoPattern(uri)
        return Matched((_whole(f"urn:epc:{key.scheme}:{rest}"),))
    if wild == 0:
        return Matched(ranges=(_range(f"{HOST}/{key.ai}/", key, classes=classes),))
    if wild == 1:
        starts = _starts(uri, key, parts[0])
        return Matched(ranges=tuple(_range(one, key, classes=classes) for one in starts))
    class_ = class_link(key, parts[0], parts[1])
    if class_ is None:
        raise NoPattern(uri)
    if classes and not key.of_class and key is not SGLN:
        return Matched((class_,))
    return Matched(ranges=(_within(class_, key),))


def _whole(uri: str) -> str:
    """Read a pattern in which nothing is left open: it is an identifier."""
    found = canonical(uri)
    if found == uri:
        raise NoPattern(uri)
    return found


def _within(class_: str, key: Key) -> Range:
    """Return the things of a class, or the places within a place."""
    apart = "" if key.serial_within or key is SGLN else f"/{key.serial_ai}/"
    return _range(class_ + apart, key, classes=False)


def _starts(uri: str, key: Key, prefix: str) -> list[str]:
    """Say how the keys of a company begin: an indicator may stand before its prefix."""
    if not (prefix.isascii() and prefix.isdecimal()) or len(prefix) not in PREFIX_LENGTHS:
        raise NoPattern(uri)
    before = [str(digit) for digit in range(10)] if key.indicator else [""]
    return [f"{HOST}/{key.ai}/{'0' * key.zero}{one}{prefix}" for one in before]


def _range(start: str, key: Key, *, classes: bool) -> Range:
    return Range(start, start + _AFTER_ALL, _form(key, classes=classes and not key.of_class))


def _form(key: Key, *, classes: bool) -> str:
    """Say how an identifier of a key looks: of a class of things, or of a single one."""
    value = "%" if key.digits is None else "_" * key.length
    form = f"{HOST}/{key.ai}/{value}"
    if key is SGLN:  # a place without an extension is one place
        return f"{form}%"
    if not key.has_serial or classes:
        return form
    return f"{form}_%" if key.serial_within else f"{form}/{key.serial_ai}/%"


def _is_of(identifier: str, form: str) -> bool:
    """Tell whether an identifier is of a form, as SQL's LIKE does."""
    fixed, wild, rest = form.partition("%")
    if not wild:
        return len(identifier) == len(fixed) and _alike(identifier, fixed)
    if len(identifier) < len(fixed) or not _alike(identifier[: len(fixed)], fixed):
        return False
    if not rest:
        return True
    middle = rest.removesuffix("%")
    return middle in identifier[len(fixed) :]


def _alike(text: str, fixed: str) -> bool:
    return all(wanted in ("_", found) for found, wanted in zip(text, fixed, strict=True))
