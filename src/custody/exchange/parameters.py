"""Which parameters does a query of EPCIS know by name, and how are their values read?"""

from collections.abc import Callable, Mapping, Sequence
from math import isfinite
from typing import Any, Final

from custody.epcis import vocabulary
from custody.epcis.context import written_out
from custody.epcis.identifiers import canonical
from custody.epcis.patterns import Matched, NoPattern, of_classes, of_things
from custody.exchange.conditions import AnyOf, Column, Matching
from custody.exchange.instants import instant
from custody.exchange.traits import sensed, spelt
from custody.terms import Millis

COUNT_MAX: Final = 1_000_000
"""The largest eventCountLimit or maxEventCount."""


Prefixes = Mapping[str, str]


class Wrong(Exception):
    """A value will not do: the rule that it breaks, and the rule's particulars."""

    def __init__(self, code: str, **params: Any) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def one(values: Sequence[str]) -> str:
    """Return the only value. Raises Wrong for more."""
    if len(values) != 1:
        raise Wrong("too_many", bound=1)
    return values[0]


def moment(text: str) -> Millis:
    """Read an instant. Raises Wrong."""
    try:
        return instant(text)
    except ValueError:
        raise Wrong("not_an_instant") from None


def number(text: str) -> float:
    """Read a number. Raises Wrong."""
    try:
        number = float(text)
    except ValueError:
        raise Wrong("epcis_not_a_number") from None
    if not isfinite(number):
        raise Wrong("epcis_not_a_number")
    return number


def number_or_instant(text: str) -> float:
    """Read an instant as its milliseconds, or a number. Raises Wrong."""
    try:
        return float(instant(text))
    except ValueError:
        return number(text)


def boolean(text: str) -> bool:
    """Read true or false. Raises Wrong."""
    if text not in ("true", "false"):
        raise Wrong("not_in_list", expected="true, false")
    return text == "true"


def _count(text: str) -> int:
    if not text.isascii() or not text.isdigit() or not 1 <= int(text) <= COUNT_MAX:
        raise Wrong("epcis_not_a_count", bound=COUNT_MAX)
    return int(text)


def _direction(text: str) -> str:
    if text not in ("ASC", "DESC"):
        raise Wrong("not_in_list", expected="ASC, DESC")
    return text


def _action(text: str, _: Prefixes) -> str:
    if text not in ("ADD", "OBSERVE", "DELETE"):
        raise Wrong("not_in_list", expected="ADD, OBSERVE, DELETE")
    return text


def _as_it_is(text: str, _: Prefixes) -> str:
    return text


def _id(text: str, _: Prefixes) -> str:
    return canonical(text)


def _word(kind: str) -> Callable[[str, Prefixes], str]:
    return lambda text, prefixes: vocabulary.bare(kind, written_out(text, prefixes))


def _truth(text: str, prefixes: Prefixes) -> str:
    boolean(text)
    return sensed("booleanValue", text, prefixes)


def _sensed(name: str) -> Callable[[str, Prefixes], str]:
    return lambda text, prefixes: sensed(name, text, prefixes)


VALUED: Final[dict[str, tuple[str, Callable[[str, Prefixes], str]]]] = {
    "eventType": ("type", _as_it_is),
    "EQ_action": ("action", _action),
    "EQ_bizStep": ("bizStep", _word("bizStep")),
    "EQ_disposition": ("disposition", _word("disposition")),
    "EQ_persistentDisposition_set": ("persistentDisposition_set", _word("disposition")),
    "EQ_persistentDisposition_unset": ("persistentDisposition_unset", _word("disposition")),
    "EQ_readPoint": ("readPoint", _id),
    "EQ_bizLocation": ("bizLocation", _id),
    "EQ_transformationID": ("transformationID", _id),
    "EQ_errorReason": ("errorReason", _word("reason")),
    "EQ_correctiveEventID": ("correctiveEventID", _as_it_is),
    **{
        f"EQ_{name}": (f"sensor {name}", _sensed(name))
        for name in (
            "type", "deviceID", "dataProcessingMethod", "microorganism", "chemicalSubstance",
            "bizRules", "stringValue", "hexBinaryValue", "uriValue",
        )
    },
    "EQ_booleanValue": ("sensor booleanValue", _truth),
}  # fmt: skip
"""Parameters that ask for a value: its name in the index, and how the value is written there, by
what the asker's prefixes stand for."""

MATCHED: Final[dict[str, tuple[str, Callable[[str], Matched]]]] = {
    "MATCH_epc": ("epc", of_things),
    "MATCH_parentID": ("parentID", of_things),
    "MATCH_inputEPC": ("inputEPC", of_things),
    "MATCH_outputEPC": ("outputEPC", of_things),
    "MATCH_anyEPC": ("anyEPC", of_things),
    "MATCH_epcClass": ("epcClass", of_classes),
    "MATCH_inputEPCClass": ("inputEPCClass", of_classes),
    "MATCH_outputEPCClass": ("outputEPCClass", of_classes),
    "MATCH_anyEPCClass": ("anyEPCClass", of_classes),
}
"""Parameters that ask for things or classes of things, each by itself or by a pattern."""

TIMES: Final[dict[str, tuple[Column, str]]] = {
    "GE_eventTime": ("event_time", ">="),
    "LT_eventTime": ("event_time", "<"),
    "GE_recordTime": ("recorded_at", ">="),
    "LT_recordTime": ("recorded_at", "<"),
    "GE_errorDeclarationTime": ("declared_at", ">="),
    "LT_errorDeclarationTime": ("declared_at", "<"),
    # The standard's schema of queries spells them so, its document of the interface as above.
    "GE_errorDeclaration_Time": ("declared_at", ">="),
    "LT_errorDeclaration_Time": ("declared_at", "<"),
}

SENSED_TIMES: Final = {
    f"{prefix}_{name}": (name, operator)
    for name in ("startTime", "endTime", "time")
    for prefix, operator in (("GE", ">="), ("LT", "<"))
}

SETTINGS: Final[dict[str, tuple[str, Callable[[str], Any]]]] = {
    "orderDirection": ("direction", _direction),
    "eventCountLimit": ("limit", _count),
    "maxEventCount": ("at_most", _count),
}

PATTERNS_MAX: Final = 20
"""Patterns and classes of one parameter, each of which may stand for things without number."""


def matching(name: str, values: Sequence[str]) -> AnyOf | Matching:
    """Read which things are asked for. Raises Wrong."""
    stands_for, read = MATCHED[name]
    try:
        found = [*map(read, values)]
    except NoPattern:
        raise Wrong("epcis_not_a_pattern") from None
    if sum(bool(each.ranges) for each in found) > PATTERNS_MAX:
        raise Wrong("epcis_too_many_patterns", bound=PATTERNS_MAX)
    plain = tuple(spelt(one) for each in found for one in each.values)
    ranges = tuple(one for each in found for one in each.ranges)
    return Matching(stands_for, plain, ranges) if ranges else AnyOf(stands_for, plain)


NAMES: Final = (
    *VALUED, *MATCHED, *TIMES, *SENSED_TIMES, *SETTINGS, "orderBy", "EQ_eventID",
    "WD_readPoint", "WD_bizLocation", "EXISTS_errorDeclaration", "EXISTS_sensorElementList",
)  # fmt: skip
"""Every parameter with a name of its own; the others are of a family."""
