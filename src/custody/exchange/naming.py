"""How does a query name a field or an attribute that the standard does not?

`EQ_ex:grade` asks for a field beside the standard's own, `EQ_ILMD_ex:grade` for one within ilmd,
`EQ_INNER_readPoint_ex:shelf` for one within another of the readPoint's.
"""

from collections.abc import Mapping, Sequence
from typing import Final, get_args

from custody.epcis.outward.saying import CONTEXT
from custody.exchange.conditions import Described, OfField, Order, Time
from custody.exchange.describing import ANY
from custody.exchange.own_fields import PLACES
from custody.exchange.parameters import Wrong
from custody.exchange.traits import spelt

DESCRIBED: Final = {
    "readPoint": "readPoint",
    "bizLocation": "bizLocation",
    "bizStep": "bizStep",
    "disposition": "disposition",
    "epcClass": "anyEPCClass",
}
"""Fields whose values master data may describe, and under which name these stand in the index."""

TIMES_OF_ORDER: Final[tuple[Time, ...]] = get_args(Time)
"""By which times events may be in order."""

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


def order(text: str, prefixes: Mapping[str, str]) -> Order:
    """Read by what events are to be in order: a time, or a field named as `EQ_` names it.

    Raises Wrong.
    """
    for time in TIMES_OF_ORDER:
        if time == text:
            return time
    where = place_and_name(text, prefixes)
    if where is None:
        raise Wrong("epcis_no_order", expected=", ".join(TIMES_OF_ORDER))
    return OfField(where)


def of_attributes(name: str, values: Sequence[str], prefixes: Mapping[str, str]) -> Described:
    """Read what master data are asked to say of what an event names. Raises Wrong.

    `HASATTR_bizLocation` asks whether they say it at all, `EQATTR_bizLocation_cbvmda:city` what.
    """
    family, _, rest = name.replace("EQ_ATTR_", "EQATTR_", 1).partition("_")
    field, _, attribute = rest.partition("_")
    if field not in DESCRIBED:
        raise Wrong("epcis_not_described", expected=", ".join(DESCRIBED))
    if family == "HASATTR":
        if attribute:
            raise Wrong("epcis_parameter_unknown")
        return Described(
            DESCRIBED[field], tuple(_attribute(one, prefixes) for one in values), (ANY,)
        )
    told = tuple(map(spelt, values))
    return Described(DESCRIBED[field], (_attribute(attribute, prefixes),), told)


def _attribute(name: str, prefixes: Mapping[str, str]) -> str:
    found = in_full(name, prefixes)
    if found is None:
        raise Wrong("epcis_not_an_attribute")
    return spelt(found)


def in_full(name: str, prefixes: Mapping[str, str]) -> str | None:
    """Write out what somebody calls by a prefix. Raises Wrong for one that is not known.

    The standard's own are known, and ours, unless the asker says that they stand for another.
    """
    prefix, colon, local = name.partition(":")
    if not colon or not local or "_" in prefix:
        return None
    stands_for = prefixes.get(prefix) or CONTEXT.prefixes.get(prefix)
    if stands_for is not None:
        return stands_for + local
    if prefix not in _WHOLE:
        raise Wrong("epcis_prefix_unknown", prefix=prefix)
    return name
