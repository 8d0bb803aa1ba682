"""How does a query name a field or an attribute that the standard does not?

`EQ_ex:grade` asks for a field beside the standard's own, `EQ_ILMD_ex:grade` for one within ilmd,
`EQ_INNER_readPoint_ex:shelf` for one within another of the readPoint's.
"""

from collections.abc import Mapping
from typing import Final

from custody.epcis.context import FIXED
from custody.exchange.own_fields import PLACES
from custody.exchange.parameters import Wrong

_WHOLE: Final = ("http", "https", "urn")
"""How a name begins that is written out."""


def place_and_name(rest: str, prefixes: Mapping[str, str]) -> str | None:
    """Read how a query names a field: where it stands, and its name in full. Raises Wrong.

    None if that is no name of somebody's own.
    """
    inner = rest.startswith("INNER_")
    rest = rest.removeprefix("INNER_")
    before = next((one for one in PLACES if rest.startswith(one)), "")
    where = PLACES.get(before, "extension")
    name = in_full(rest.removeprefix(before), prefixes)
    return None if name is None else f"{'inner ' if inner else ''}{where} {name}"


def in_full(name: str, prefixes: Mapping[str, str]) -> str | None:
    """Write out what somebody calls by a prefix. Raises Wrong for one that is not known."""
    prefix, colon, local = name.partition(":")
    if not colon or not local or "_" in prefix:
        return None
    stands_for = prefixes.get(prefix) or FIXED.get(prefix)
    if stands_for is not None:
        return stands_for + local
    if prefix not in _WHOLE:
        raise Wrong("epcis_prefix_unknown", prefix=prefix)
    return name
