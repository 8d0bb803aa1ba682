"""Which two identifiers mean the same thing, and how is one written in the other form?

The form for comparing is the Digital Link at id.gs1.org; an EPC URN can always be written so.
The other way needs the length of the company prefix, which a Digital Link does not tell.
What is no key of GS1 is compared as it stands.
"""

import re
from functools import lru_cache
from typing import Final
from urllib.parse import quote, unquote

from custody.codes import gs1_check_digit
from custody.epcis.gs1_keys import BY_AI, BY_SCHEME, LGTIN, PATTERNS, SGTIN, UPUI, Key

HOST: Final = "https://id.gs1.org"
PREFIX_LENGTHS: Final = range(6, 13)
REMEMBERED_MAX: Final = 32_768
REMEMBERED_CHARACTERS_MAX: Final = 200
"""So many identifiers, each no longer than this, whose canonical form was asked for lately."""

_URN = re.compile(r"urn:epc:(idpat:[a-z]+|id:[a-z]+|class:[a-z]+):([^?#]+)")
_LINK = re.compile(r"https?://[^/?#]+((?:/[^/?#]*)*)(?:[?#].*)?")
_NAMES: Final = {
    "gtin": "01", "cpv": "22", "lot": "10", "ser": "21", "sscc": "00", "gln": "414", "glnx": "254",
    "party": "417", "grai": "8003", "giai": "8004", "gdti": "253", "ginc": "401", "gsin": "402",
    "gsrn": "8018", "gsrnp": "8017", "cpid": "8010", "cpsn": "8011", "gcn": "255",
}  # fmt: skip
"""Older Digital Links spell the fields out."""

_GTIN_LENGTHS: Final = (8, 12, 13, 14)
_LEFT_AS_IS: Final = "'=-._~"


def canonical(uri: str) -> str:
    """Return the form of an identifier in which it is compared."""
    return _remembered(uri) if len(uri) <= REMEMBERED_CHARACTERS_MAX else _canonical(uri)


def _canonical(uri: str) -> str:
    found = _read(uri)
    return uri if found is None else _link(*found)


_remembered = lru_cache(maxsize=REMEMBERED_MAX)(_canonical)


def is_key(uri: str) -> bool:
    """Tell whether an identifier is a key of GS1, in either form."""
    return _read(uri) is not None


def is_class(uri: str) -> bool:
    """Tell whether an identifier of GS1 names a class of things, and no single one."""
    return key_of_class(uri) is not None


def key_of_class(uri: str) -> Key | None:
    """Return the key by which an identifier names a class of things; None if it names none."""
    found = _read(uri)
    if found is None:
        return None
    key, _, serial = found
    of_class = key.of_class or (key.has_serial and not serial and key.scheme not in _WHOLE)
    return key if of_class else None


def class_link(key: Key, prefix: str, reference: str) -> str | None:
    """Write what a key's first two parts name, in the form for comparing; None if they cannot."""
    value = _value(key, prefix, reference)
    return None if value is None else _link(key, value, "")


_WHOLE: Final = frozenset({"id:sgln"})
"""Places: a location without an extension is one place."""


def urn(uri: str, prefix_length: int) -> str | None:
    """Write an identifier as an EPC URN, given how many digits its company prefix has.

    None if it is no key of GS1, or if the two forms would not be the same thing.
    """
    found = _read(uri)
    if found is None or prefix_length not in PREFIX_LENGTHS:
        return None
    key, value, serial = found
    if key.digits is not None:
        digits = value[key.zero :]
        body = digits[: key.digits]
        if key.check and digits[key.digits :] != gs1_check_digit(body):
            return None
        if key.indicator:
            parts = [body[1 : 1 + prefix_length], body[0] + body[1 + prefix_length :]]
        else:
            parts = [body[:prefix_length], body[prefix_length:]]
    else:
        parts = [value[:prefix_length], _urn_quoted(value[prefix_length:])]
        if not parts[0].isdecimal() or len(parts[0]) < prefix_length or not parts[1]:
            return None
    return _urn(key, parts, serial)


def _urn(key: Key, parts: list[str], serial: str) -> str:
    if key.scheme == "id:sgln":
        parts.append(_urn_quoted(serial) or "0")
    elif key.has_serial:
        if not serial:
            pattern = next(name for name, one in PATTERNS.items() if one is key)
            return f"urn:epc:{pattern}:{'.'.join([*parts, '*'])}"
        parts.append(_urn_quoted(serial))
    return f"urn:epc:{key.scheme}:{'.'.join(parts)}"


Found = tuple[Key, str, str]
"""A key, its value as a Digital Link has it, and its serial number (or lot, or extension)."""


def _read(uri: str) -> Found | None:
    if uri.startswith("urn:epc:"):
        return _of_urn(uri)
    if uri.startswith("http"):
        return _of_link(uri)
    return None


def _of_urn(uri: str) -> Found | None:
    match = _URN.fullmatch(uri)
    if match is None:
        return None
    scheme, rest = match.groups()
    pattern = scheme.startswith("idpat:")
    key = PATTERNS.get(scheme) if pattern else BY_SCHEME.get(scheme)
    if key is None:
        return None
    parts = rest.split(".", 2 if key.has_serial else 1)
    if len(parts) != 2 + key.has_serial or not all(part.isascii() for part in parts):
        return None
    serial = unquote(parts[2]) if key.has_serial else ""
    if pattern:
        if serial != "*":
            return None
        serial = ""
    elif key.has_serial and not serial:
        return None
    value = _value(key, parts[0], parts[1])
    if value is None or not _sound(serial, key):
        return None
    return key, value, "" if key.scheme == "id:sgln" and serial == "0" else serial


def _value(key: Key, prefix: str, reference: str) -> str | None:
    """Run prefix and reference together, as a Digital Link does."""
    if not prefix.isdecimal() or len(prefix) not in PREFIX_LENGTHS:
        return None
    if key.digits is None:
        free = prefix + unquote(reference)
        return free if reference and _free(free, key) else None
    if len(prefix) + len(reference) != key.digits or not (reference or "0").isdecimal():
        return None
    if key.indicator and not reference:
        return None
    body = reference[0] + prefix + reference[1:] if key.indicator else prefix + reference
    return "0" * key.zero + body + gs1_check_digit(body)


def _of_link(uri: str) -> Found | None:
    """Find a key in a Digital Link: at the end of the path, whatever stands before it."""
    match = _LINK.fullmatch(uri)
    if match is None or not uri.isascii():
        return None
    steps = [unquote(step) for step in match[1].rstrip("/").split("/")[1:]]
    # Names and values come in pairs, and the last step is a value.
    for at in range(max(len(steps) % 2, len(steps) - 8), len(steps) - 1, 2):
        fields = steps[at:]
        names, values = [_NAMES.get(name, name) for name in fields[::2]], fields[1::2]
        found = _of_fields(names[0], values[0], dict(zip(names[1:], values[1:], strict=True)))
        if found is not None:
            return found
    return None


def _of_fields(ai: str, value: str, others: dict[str, str]) -> Found | None:
    if ai == "01":
        return _of_gtin(value, others)
    key = BY_AI.get(ai)
    if key is None or others.keys() - {key.serial_ai}:
        return None
    serial = others.get(key.serial_ai, "") if key.serial_ai else ""
    if key.serial_ai in others and not serial:
        return None
    if key.digits is None:
        return (key, value, serial) if _free(value, key) and _sound(serial, key) else None
    if key.serial_within:
        value, serial = value[: key.length], value[key.length :]
    if len(value) != key.length or not _decimal(value) or (key.zero and value[0] != "0"):
        return None
    if not _sound(serial, key):
        return None
    return key, value, "" if key.scheme == "id:sgln" and serial == "0" else serial


def _of_gtin(value: str, others: dict[str, str]) -> Found | None:
    """Read a trade item; its variant says nothing of which it is, nor a lot beside a serial."""
    if len(value) not in _GTIN_LENGTHS or not _decimal(value):
        return None
    if others.keys() - {"22", "10", "21", "235"} or not all(others.values()):
        return None
    gtin = value.rjust(14, "0")
    for key in (SGTIN, UPUI, LGTIN):
        assert key.serial_ai is not None
        serial = others.get(key.serial_ai, "")
        if serial:
            return (key, gtin, serial) if _sound(serial, key) else None
    return SGTIN, gtin, ""


def _link(key: Key, value: str, serial: str) -> str:
    if key.serial_within:
        return f"{HOST}/{key.ai}/{value}{_quoted(serial)}"
    link = f"{HOST}/{key.ai}/{_quoted(value)}"
    return f"{link}/{key.serial_ai}/{_quoted(serial)}" if serial else link


def _decimal(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _free(value: str, key: Key) -> bool:
    """Tell whether a reference that is free in form is one: it begins with a company prefix."""
    return (
        PREFIX_LENGTHS.start <= len(value) <= key.free_max
        and _decimal(value[:4])
        and key.characters.issuperset(value[4:])
    )


def _sound(serial: str, key: Key) -> bool:
    return len(serial) <= key.serial_max and (
        _decimal(serial or "0") if key.scheme == "id:cpi" else SGTIN.characters.issuperset(serial)
    )


def _quoted(text: str) -> str:
    if text.isascii() and text.isalnum():
        return text
    return quote(text, safe=_LEFT_AS_IS)


def _urn_quoted(text: str) -> str:
    return quote(text, safe="!'()*+,-.:;=_")
