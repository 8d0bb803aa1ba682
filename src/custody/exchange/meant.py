"""What of a query can its asker not have meant? What no event can have, and a limit of no order.

It would be answered by nothing, for ever, and look like news that there is none. Only who puts a
query now is told: what was kept before is read as it was then.
"""

from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from custody.epcis import vocabulary
from custody.epcis.context import FIXED, written_out
from custody.epcis.shapes import EVENTS
from custody.exchange import asked
from custody.exchange.conditions import Asked
from custody.exchange.parameters import MATCHED
from custody.terms import FieldError, Refused

_WORDS: Final = {
    "EQ_bizStep": "bizStep",
    "EQ_disposition": "disposition",
    "EQ_persistentDisposition_set": "disposition",
    "EQ_persistentDisposition_unset": "disposition",
    "EQ_errorReason": "reason",
    "EQ_type": "measurement",
}
"""Which list the values of a parameter are words of, unless they are somebody's own URIs."""

_LISTED: Final = {
    "EQ_bizTransaction_": "transaction",
    "EQ_source_": "party",
    "EQ_destination_": "party",
}
"""Which list the last part of a parameter's name is a word of; its values are URIs."""

_URIS: Final = frozenset(
    {*MATCHED, "EQ_readPoint", "EQ_bizLocation", "WD_readPoint", "WD_bizLocation",
     "EQ_transformationID", "EQ_eventID", "EQ_correctiveEventID"}
)  # fmt: skip

SHOWN_MAX: Final = 100
"""Characters of a word that is told back."""


def read(parameters: Mapping[str, Sequence[str]], prefixes: Mapping[str, str] = {}) -> Asked:
    """Read a query that somebody puts. Raises Refused, naming what cannot be meant."""
    wanted = asked.read(parameters, prefixes)
    known = {**FIXED, **prefixes}
    wrong = [error for name in parameters for error in _wrong(name, parameters[name], known)]
    if "eventCountLimit" in parameters and "orderBy" not in parameters:
        wrong.append(FieldError("/eventCountLimit", "epcis_of_no_order"))
    if wrong:
        raise Refused("epcis_query_invalid", *wrong)
    return wanted


def _wrong(name: str, values: Sequence[str], prefixes: Mapping[str, str]) -> Iterator[FieldError]:
    """Yield what is wrong with a parameter: the first thing, if there are several."""
    at = f"/{name[:100]}"
    if name == "eventType":
        if any(":" not in one and one not in EVENTS for one in values):
            yield FieldError(at, "epcis_type_unknown", {"expected": ", ".join(EVENTS)})
    elif name in _WORDS:
        yield from _no_word(at, _WORDS[name], values, prefixes)
    else:
        family = next((one for one in _LISTED if name.startswith(one)), None)
        if family is not None:
            type_ = name.removeprefix(family)
            yield from _no_word(at, _LISTED[family], [type_], prefixes)
        if (family is not None or name in _URIS) and any(":" not in one for one in values):
            yield FieldError(at, "epcis_not_a_uri")


def _no_word(
    at: str, kind: str, said: Sequence[str], prefixes: Mapping[str, str]
) -> Iterator[FieldError]:
    words, _ = vocabulary.LISTS[kind]
    for one in said:
        word = vocabulary.bare(kind, written_out(one, prefixes))
        if ":" not in word and word not in words:
            expected = ", ".join(sorted(words))
            told = {"word": one[:SHOWN_MAX], "expected": expected}
            yield FieldError(at, "epcis_word_unknown", told)
            return
