"""How are our own references written as URIs, so that they can be read back?

What has a key of GS1 is written as one, in the form that was told to us. All else is a URN of
ours, `urn:custody:kind:…`, whose parts are percent-encoded; it means the same wherever it turns up.
"""

import re
from typing import Final, Literal
from urllib.parse import quote, unquote

from custody import codes
from custody.epcis.identifiers import HOST, canonical, is_key

BEFORE: Final = "urn:custody:"

Kind = Literal[
    "battery", "site", "place", "organisation", "carrier", "consignment", "order", "case",
    "certificate", "fraction", "material", "transformation",
]  # fmt: skip

_EPC_URN = re.compile(r"urn:epc:id:(giai|sgtin):(.+)")
_LINK = re.compile(rf"{HOST}/(?:8004/([^/]+)|01/([0-9]{{14}})/21/([^/]+))")
_ELEMENTS = re.compile(r"01([0-9]{14})21(.+)")
"""An SGTIN as a scanner reads it."""


def written(kind: Kind, *parts: str) -> str:
    """Write a reference of ours as a URN."""
    return BEFORE + ":".join([kind, *(quote(part, safe="") for part in parts)])


def parts(uri: str, kind: Kind) -> tuple[str, ...] | None:
    """Read the parts of a URN of ours, or None if it is none of that kind."""
    before = f"{BEFORE}{kind}:"
    if not uri.startswith(before):
        return None
    try:
        return tuple(unquote(part, errors="strict") for part in uri.removeprefix(before).split(":"))
    except UnicodeDecodeError:
        return None


def one(uri: str, kind: Kind) -> str | None:
    """Read a URN of ours that has one part."""
    found = parts(uri, kind)
    return found[0] if found is not None and len(found) == 1 else None


def of_battery(ref: str) -> str:
    """Write a battery's reference: as a key of GS1 where it is one that can be read back."""
    scheme, _, code = ref.partition(":")
    body = ".".join(quote(part, safe="!'()*+,-:;=_") for part in code.split(".", 2))
    keys: list[str] = []
    if scheme in {"giai", "sgtin"}:
        keys = [f"urn:epc:id:{scheme}:{body}", canonical(f"{HOST}/8004/{quote(code, safe='')}")]
    if scheme == "sgtin" and (match := _ELEMENTS.fullmatch(code)):
        keys.append(canonical(f"{HOST}/01/{match[1]}/21/{quote(match[2], safe='')}"))
    own = written("battery", scheme, code)
    return next((uri for uri in keys if battery(uri) == ref), own)


def battery(uri: str) -> str | None:
    """Read a battery's reference, or None if we could not write it in our spelling.

    Codes of ours know neither blanks, hyphens nor small letters; keys of GS1 may have them.
    """
    own = parts(uri, "battery")
    ref = _of_gs1(uri) if own is None else ":".join(own)
    if ref is None:
        return None
    try:
        return ref if codes.battery_ref(ref) == ref else None
    except codes.CodeError:
        return None


def _of_gs1(uri: str) -> str | None:
    if not is_key(uri):
        return None
    match = _EPC_URN.fullmatch(uri)
    if match is not None:
        return f"{match[1]}:{unquote(match[2])}"
    match = _LINK.fullmatch(canonical(uri))
    if match is None:
        return None
    asset, gtin, serial = match.groups()
    return f"giai:{unquote(asset)}" if asset else f"sgtin:01{gtin}21{unquote(serial)}"
