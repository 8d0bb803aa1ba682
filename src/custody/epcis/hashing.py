"""Which digest do two repositories give the same event, however each of them wrote it down?

The hash of CBV 2.0. Its prose and the generator that everybody checks against differ in where
bizTransactionList, sourceList and destinationList stand; what is reproduced here is the
generator, since its values are what is exchanged: these three come after the sensors, by name.
It leaves out eventID, recordTime and errorDeclaration, so an event and the declaration that it is
false have one hash. And a hash is no signature: whoever alters an event makes another one.
"""

import re
from collections.abc import Collection, Iterable
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from hashlib import sha256
from typing import Any, Final

from custody.epcis import vocabulary
from custody.epcis.context import Context
from custody.epcis.event import EPC_FIELDS, QUANTITY_FIELDS, Event
from custody.epcis.fields import instant
from custody.epcis.identifiers import REMEMBERED_CHARACTERS_MAX, REMEMBERED_MAX, canonical

VERSION: Final = "CBV2.0"

IGNORED: Final = frozenset({"recordTime", "eventID", "type", "errorDeclaration", "@context"})
IGNORE_FIELDS: Final = "ignoreFields"
"""The extension by which a document says which of its fields no hash is about."""

_HEAD: Final = (
    "eventTime", "eventTimeZoneOffset", "certificationInfo", "epcList", "parentID",
    "inputEPCList", "childEPCs", "quantityList", "childQuantityList", "inputQuantityList",
    "outputEPCList", "outputQuantityList", "action", "transformationID", "bizStep", "disposition",
    "persistentDisposition", "readPoint", "bizLocation", "sensorElementList",
)  # fmt: skip
_METADATA: Final = (
    "time", "startTime", "endTime", "deviceID", "deviceMetadata", "rawData",
    "dataProcessingMethod", "bizRules",
)  # fmt: skip
_REPORT: Final = (
    "type", "exception", "deviceID", "deviceMetadata", "rawData", "dataProcessingMethod",
    "bizRules", "time", "microorganism", "chemicalSubstance", "value", "component", "stringValue",
    "booleanValue", "hexBinaryValue", "uriValue", "minValue", "maxValue", "meanValue", "sDev",
    "percRank", "percValue", "uom", "coordinateReferenceSystem",
)  # fmt: skip
_WORDS: Final = {
    "bizStep": "bizStep",
    "disposition": "disposition",
    "set": "disposition",
    "unset": "disposition",
    "exception": "alert",
    "component": "component",
}
_IN_ORDER: Final = IGNORED | {*_HEAD}
_TIMES: Final = frozenset({"eventTime", "time", "startTime", "endTime"})
_PLACES: Final = frozenset({"readPoint", "bizLocation"})
_PLACE: Final = ("id",)
_TRANSFERS: Final = {
    "bizTransactionList": ("bizTransaction", "transaction"),
    "sourceList": ("source", "party"),
    "destinationList": ("destination", "party"),
}
_TIME: Final = re.compile(r"(.{19})(?:\.([0-9]+))?(Z|[+-].{5})")
_NUMBER: Final = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]+)?")
EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
MINUTES_MAX: Final = 1_024
"""Minutes whose writing is remembered: what happens is told of in the order of time, or nearly."""

_DIGITS_MAX: Final = 40
"""Digits of a text that is taken for a number."""


def event_hash(event: Event, ignoring: Collection[str] = ()) -> str:
    """Return the hash of an event as a name of RFC 6920."""
    digest = sha256(prehash(event, ignoring).encode()).hexdigest()
    return f"ni:///sha-256;{digest}?ver={VERSION}"


def ignored_in(document: dict[str, Any]) -> frozenset[str]:
    """Return the fields that a document says no hash is about."""
    for name, value in document.items():
        if name.endswith(f":{IGNORE_FIELDS}") and isinstance(value, list):
            return frozenset(one for one in value if isinstance(one, str))
    return frozenset()


def prehash(event: Event, ignoring: Collection[str] = ()) -> str:
    """Return the text that is hashed: every field in one order and one spelling."""
    json, writing = event.json, _Writing(event.context)
    ordered = [writing.field(name, json[name]) for name in _HEAD if name in json]
    rest = [name for name in json if name not in _IN_ORDER and name not in ignoring]
    others = [text for name in rest for text in writing.other(name, json[name])]
    return f"eventType={event.type}{''.join(ordered)}{''.join(sorted(others))}"


class _Writing:
    """How the values of one event are written, whose context says what their names mean."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def field(self, name: str, value: Any) -> str:
        """Write a field of the standard that has a place in the order."""
        if isinstance(value, str):
            return f"{name}={self._said(name, value)}"
        if name in EPC_FIELDS:
            return _listed(name, [f"epc={_value(one)}" for one in value])
        if name in _PLACES:
            if len(value) == 1:
                return f"{name}id={_value(value['id'])}"
            return name + self._parts(value, _PLACE)
        if name in QUANTITY_FIELDS:
            return _listed(name, map(self._quantity, value))
        if name == "sensorElementList":
            return _listed(name, map(self._sensor, value))
        if name == "persistentDisposition":
            return name + self._parts(value, ("set", "unset"))
        return self._simple(name, value)

    def other(self, name: str, value: Any) -> list[str]:
        """Write a field that has no place in the order: one text for each of its values."""
        if name in _TRANSFERS:
            inner, kind = _TRANSFERS[name]
            return [_listed(name, [self._typed(one, inner, kind) for one in value])]
        found = self._context.split(name)
        written = name if found is None else f"{{{found[0]}}}{found[1]}"
        return [self._own(written, one) for one in _flat(value)]

    def _own(self, written: str, value: Any) -> str:
        if isinstance(value, dict):
            return written + self._others(value)
        text = _value(value)
        return f"{written}={text}" if text else written

    def _others(self, value: dict[str, Any]) -> str:
        texts = [text for name, one in value.items() for text in self.other(name, one)]
        return "".join(sorted(texts))

    def _simple(self, name: str, value: Any) -> str:
        if not isinstance(value, list):
            return f"{name}={self._said(name, value)}"
        return "".join(sorted(f"{name}={self._said(name, one)}" for one in _flat(value)))

    def _said(self, name: str, value: Any) -> str:
        kind = _WORDS.get(name)
        if kind is not None:
            return self._word(kind, value)
        return _instant(value) if name in _TIMES else _value(value)

    def _word(self, kind: str, value: str) -> str:
        written = vocabulary.full(kind, value)
        return self._context.expanded(written) if written == value else written

    def _quantity(self, one: dict[str, Any]) -> str:
        return "quantityElement" + self._parts(one, ("epcClass", "quantity", "uom"))

    def _typed(self, one: dict[str, Any], inner: str, kind: str) -> str:
        before = f"type={self._word(kind, one['type'])}" if "type" in one else ""
        return f"{before}{inner}={_value(one[inner])}"

    def _sensor(self, element: dict[str, Any]) -> str:
        said = ""
        if "sensorMetadata" in element:
            said = "sensorMetadata" + self._parts(element["sensorMetadata"], _METADATA)
        reports = ("sensorReport" + self._report(one) for one in element["sensorReport"])
        known = {"sensorMetadata", "sensorReport"}
        own = {name: one for name, one in element.items() if name not in known}
        return f"sensorElement{said}{''.join(sorted(reports))}{self._others(own)}"

    def _report(self, report: dict[str, Any]) -> str:
        kind = f"type={self._word('measurement', report['type'])}"
        return kind + self._parts({**report, "type": None}, _REPORT)

    def _parts(self, part: dict[str, Any], order: tuple[str, ...]) -> str:
        """Write an object: what the standard names in its order, and the rest by name."""
        said = [self._simple(name, part[name]) for name in order if part.get(name) is not None]
        if len(said) == len(part):
            return "".join(said)
        own = {name: one for name, one in part.items() if name not in order}
        return "".join(said) + self._others(own)


def _listed(name: str, entries: Iterable[str]) -> str:
    """Write a list, whose order says nothing; an empty one is left out."""
    found = sorted(entries)
    return name + "".join(found) if found else ""


def _flat(value: Any) -> list[Any]:
    if not isinstance(value, list):
        return [value]
    return [inner for one in value for inner in _flat(one)]


def _value(value: Any) -> str:
    """Write one value: numbers without needless digits, identifiers as they are compared."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    text = value if isinstance(value, str) else repr(value)
    return _remembered(text) if len(text) <= REMEMBERED_CHARACTERS_MAX else _text(text)


def _text(said: str) -> str:
    text = said.strip()
    if len(text) <= _DIGITS_MAX and _NUMBER.fullmatch(text):
        return _number(text)
    return canonical(text)


_remembered = lru_cache(maxsize=REMEMBERED_MAX)(_text)


def _number(text: str) -> str:
    number = float(text)
    if number in {float("inf"), float("-inf")}:
        return text
    return str(int(number)) if number.is_integer() else str(number)


def _instant(text: str) -> str:
    """Write a time in UTC, rounded to the millisecond; half of one goes to the even one."""
    if "." not in text:
        minute, second = divmod(instant(text) // 1_000, 60)
        return f"{_minute(minute)}{second:02}.000Z"
    match = _TIME.fullmatch(text.strip().upper())
    assert match is not None  # an event's times were found sound
    whole, parts, offset = match.groups()
    at = datetime.fromisoformat(f"{whole}{offset}").astimezone(UTC)
    microseconds = int(f"{parts or '0':0<6}"[:6])
    at += timedelta(milliseconds=round(microseconds / 1000))
    return f"{at.isoformat(timespec='milliseconds')[:-6]}Z"


@lru_cache(maxsize=MINUTES_MAX)
def _minute(number: int) -> str:
    """Write a minute since 1970 in UTC, up to where its seconds begin."""
    return f"{(EPOCH + timedelta(minutes=number)).isoformat(timespec='minutes')[:-6]}:"
