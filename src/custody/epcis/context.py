"""What do the names in an event mean: which prefix stands for which address?"""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from custody.epcis.fields import is_uri
from custody.terms import FieldError

CONTEXT_MAX: Final = 100
"""Parts of a context, and names that they declare."""

STANDARD: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
"""The context that every document of ours names first."""

FIXED: Final[dict[str, str]] = {
    "epcis": "https://ref.gs1.org/epcis/",
    "cbv": "https://ref.gs1.org/cbv/",
    "cbvmda": "urn:epcglobal:cbv:mda:",
    "gs1": "https://gs1.org/voc/",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "owl": "http://www.w3.org/2002/07/owl#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcterms": "http://purl.org/dc/terms/",
}
"""What the standard's own context declares."""

_STANDARD_AT: Final = ("https://ref.gs1.org/standards/epcis/", "https://gs1.github.io/EPCIS/")


class Context:
    """The prefixes of a document or an event. Nothing is ever fetched to find out more."""

    __slots__ = ("foreign", "json", "prefixes")

    def __init__(self, parts: list[Any]) -> None:
        self.json = parts
        self.prefixes = dict(FIXED)
        self.foreign = False
        """Whether it leans on a page elsewhere, whose prefixes we cannot know."""
        for part in parts:
            if isinstance(part, str):
                self.foreign |= not part.startswith(_STANDARD_AT)
            else:
                self.prefixes.update(_declared(part))

    def with_own(self, own: Any) -> "Context":
        """Return the context of an event that brings one of its own."""
        parts = _parts(own)
        return Context([*self.json, *(part for part in parts if part not in self.json)])

    def undeclared(self, name: str) -> str | None:
        """Return the prefix of a name that nothing declares, or None."""
        before, _, after = name.partition(":")
        if before in self.prefixes or after.startswith("//") or before == "urn" or self.foreign:
            return None
        return before

    def split(self, name: str) -> tuple[str, str] | None:
        """Return the address that a name's prefix stands for, and the rest of the name."""
        before, colon, after = name.partition(":")
        return (self.prefixes[before], after) if colon and before in self.prefixes else None

    def expanded(self, name: str) -> str:
        """Write a name out; one without a known prefix stays."""
        found = self.split(name)
        return name if found is None else found[0] + found[1]

    def word(self, value: str) -> str:
        """Write out a value that somebody calls by a prefix; an address stays."""
        return written_out(value, self.prefixes)


def written_out(value: str, prefixes: Mapping[str, str]) -> str:
    """Write out a value whose prefix is known; any other stays as it is."""
    before, colon, after = value.partition(":")
    known = colon and not after.startswith("//") and before in prefixes
    return prefixes[before] + after if known else value


def context(said: Any) -> Context:
    """Read a context that `faults` found nothing wrong with."""
    return Context(_parts(said))


def faults(said: Any, place: str) -> Iterator[FieldError]:
    """Say what is wrong with a context."""
    parts = _parts(said)
    names = sum(len(part) for part in parts[:CONTEXT_MAX] if isinstance(part, dict))
    if len(parts) > CONTEXT_MAX or names > CONTEXT_MAX:
        yield FieldError(place, "epcis_context_too_long", {"bound": CONTEXT_MAX})
    elif not all(map(_readable, parts)) or any(part in parts[:at] for at, part in enumerate(parts)):
        yield FieldError(place, "epcis_context_unreadable")


def _readable(part: Any) -> bool:
    if isinstance(part, dict):
        return all(isinstance(address, str | dict | None) for address in part.values())
    return isinstance(part, str) and is_uri(part)


def _parts(said: Any) -> list[Any]:
    return said if isinstance(said, list) else [said]


def _declared(part: dict[str, Any]) -> Iterator[tuple[str, str]]:
    for name, address in part.items():
        if isinstance(address, dict):
            address = address.get("@id")  # noqa: PLW2901 - the long form of the same
        if isinstance(address, str) and not name.startswith("@"):
            yield name, address
