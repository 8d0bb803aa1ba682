"""How are events told that were found? As an EPCISQueryDocument, each as its sender wrote it.

What whoever keeps an event has to add is added: the id that it was given, and when it was recorded.
"""

from collections.abc import Sequence
from typing import Any, Final, Literal, get_args

from orjson import loads  # which reads no number that it could not write again

from custody.epcis.identifiers import canonical
from custody.exchange.answering import Found
from custody.terms import Millis, rfc3339

CONTEXT: Final = "https://ref.gs1.org/standards/epcis/2.0.0/epcis-context.jsonld"
PLAIN: Final = f'["{CONTEXT}"]'
"""The context of nobody's own names."""

QUERY_NAME: Final = "SimpleEventQuery"

Format = Literal["No_Preference", "Always_GS1_Digital_Link", "Always_EPC_URN", "Never_Translates"]
FORMATS: Final[tuple[Format, ...]] = get_args(Format)
UNSAID: Final[Format] = "Always_GS1_Digital_Link"
"""In which form identifiers are told if nobody says, by the standard's REST binding."""

EPCS: Final = frozenset({"epcList", "childEPCs", "inputEPCList", "outputEPCList"})
IDS: Final = frozenset({"parentID", "transformationID"})
PLACES: Final = frozenset({"readPoint", "bizLocation"})
CLASSES: Final = frozenset(
    {"quantityList", "childQuantityList", "inputQuantityList", "outputQuantityList"}
)
TYPED: Final = {
    "bizTransactionList": "bizTransaction",
    "sourceList": "source",
    "destinationList": "destination",
}


def document(
    found: Sequence[Found],
    now: Millis,
    format_: Format,
    name: str = QUERY_NAME,
    subscription: str | None = None,
) -> dict[str, Any]:
    """Tell a page of events, or what a subscription is told next.

    Events of one context share it; otherwise each brings its own along. A name that one sender has
    declared must not come to mean something in another's event, who left it as it was.
    """
    contexts = {one.context for one in found}
    shared = contexts.pop() if len(contexts) == 1 else PLAIN
    answers = {"queryName": name}
    if subscription is not None:
        answers["subscriptionID"] = subscription
    events = [_event(one, format_, shared) for one in found]
    return {
        "@context": loads(shared),
        "type": "EPCISQueryDocument",
        "schemaVersion": "2.0",
        "creationDate": rfc3339(now),
        "epcisBody": {"queryResults": {**answers, "resultsBody": {"eventList": events}}},
    }


def _event(found: Found, format_: Format, shared: str) -> dict[str, Any]:
    said: dict[str, Any] = loads(found.said)
    said.pop("@context", None)  # which is part of what is kept beside it
    told = {"eventID": found.event_id, **said, "recordTime": rfc3339(found.recorded_at)}
    if format_ == "Always_GS1_Digital_Link":
        told = _translated(told)
    return told if found.context == shared else {"@context": loads(found.context), **told}


def _translated(event: dict[str, Any]) -> dict[str, Any]:
    """Write every GS1 identifier as a Digital Link; what is none stays as it is."""
    told = dict(event)
    for name, value in event.items():
        if name in EPCS:
            told[name] = [canonical(one) for one in value]
        elif name in IDS:
            told[name] = canonical(value)
        elif name in PLACES:
            told[name] = {**value, "id": canonical(value["id"])}
        elif name in CLASSES:
            told[name] = [{**one, "epcClass": canonical(one["epcClass"])} for one in value]
        elif name in TYPED:
            key = TYPED[name]
            told[name] = [{**one, key: canonical(one[key])} for one in value]
    return told
